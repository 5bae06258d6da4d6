using Engine.Internal;
using Xunit;

namespace Engine.Tests.Basics;

/// <summary>The wording of every error, and that the BCL adds nothing to it.</summary>
public class ErrorsTests
{
    static readonly long[] A = [2, 3, 4];
    static readonly long[] B = [5, 4];

    public static TheoryData<string, string> Messages()
    {
        var data = new TheoryData<string, string>();
        foreach (var (error, message) in Pairs()) { data.Add(message, error.Message); }
        return data;
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_is_op_given_rule_way_out(string expected, string found) => Assert.Equal(expected, found);

    [Fact]
    public void Op_and_kind_come_with_every_error()
    {
        foreach (var (error, message) in Pairs())
        {
            var engine = Assert.IsAssignableFrom<IEngineError>(error);
            Assert.StartsWith(engine.Op + (engine.Op == "Shape" ? " " : ": "), message, StringComparison.Ordinal);
            Assert.Equal(engine.Kind, Errors.KindOf(error));
        }
    }

    [Fact]
    public void KindOf_maps_the_BCL_too()
    {
        Assert.Equal(ErrorKind.Value, Errors.KindOf(new ArgumentException("x")));
        Assert.Equal(ErrorKind.Value, Errors.KindOf(new InvalidDataException("x")));
        Assert.Equal(ErrorKind.Overflow, Errors.KindOf(new OverflowException()));
        Assert.Equal(ErrorKind.Type, Errors.KindOf(new InvalidCastException()));
        Assert.Equal(ErrorKind.NotImplemented, Errors.KindOf(new NotSupportedException()));
        Assert.Equal(ErrorKind.File, Errors.KindOf(new FileNotFoundException()));
        Assert.Equal(ErrorKind.Runtime, Errors.KindOf(new InvalidOperationException()));
    }

    static IEnumerable<(Exception Error, string Message)> Pairs() =>
    [
        (Errors.TooLarge([1L << 40, 1L << 40]),
            "Shape (1099511627776, 1099511627776) has more bytes than 63 bits can count. Use smaller lengths."),
        (Errors.NegativeLength("Zeros", [2, -1]), "Zeros: the shape (2, -1) has a negative length. Lengths are 0 or more."),
        (Errors.BroadcastMismatch("Add", A, B),
            "Add: shapes (2, 3, 4) and (5, 4) do not fit: axis -2 is 3 in one and 5 in the other. " +
            "Counted from the last axis, lengths must be equal or one of them 1. Reshape or insert an axis with ExpandDims."),
        (Errors.BroadcastTo("BroadcastTo", [3], [2]),
            "BroadcastTo: (3,) does not spread to (2,). " +
            "Counted from the last axis, each length must be equal or 1, and the result may not have fewer axes."),
        (Errors.ReshapeMismatch("Reshape", A, 24, [5, -1]),
            "Reshape: 24 elements of (2, 3, 4) cannot fill (5, -1): 24 is not a multiple of 5. The number of elements must stay the same."),
        (Errors.ReshapeMismatch("Reshape", A, 24, [5, 5]),
            "Reshape: 24 elements of (2, 3, 4) cannot fill (5, 5): that takes 25. The number of elements must stay the same."),
        (Errors.ReshapeTwoFree("Reshape", [-1, -1]), "Reshape: the shape (-1, -1) leaves more than one length open. Only one may be -1."),
        (Errors.ReshapeFreeEmpty("Reshape", [0], [-1, 0]),
            "Reshape: (0,) cannot fill (-1, 0): beside a length of 0 the open length could be anything. Write it out."),
        (Errors.MatMulMismatch("MatMul", [8, 128, 64], [32, 64]),
            "MatMul: inner lengths differ: a is (8, 128, 64), b is (32, 64); " +
            "a's last axis (64) must equal b's second-last (32). Did you mean MatMul(a, b.T)?"),
        (Errors.MatMulMismatch("MatMul", [64, 8], [64, 32]),
            "MatMul: inner lengths differ: a is (64, 8), b is (64, 32); " +
            "a's last axis (8) must equal b's second-last (64). Did you mean MatMul(a.T, b)?"),
        (Errors.MatMulMismatch("MatMul", [2], [3]),
            "MatMul: inner lengths differ: a is (2,), b is (3,); a's last axis (2) must equal b's only (3)."),
        (Errors.NoAxes("MatMul", "a"), "MatMul: a has no axes. It must have at least one."),
        (Errors.TooFewAxes("Diagonal", [2], 2), "Diagonal: the array of shape (2,) has 1 axes. It must have at least 2."),
        (Errors.ConcatMismatch("Concatenate", [2], [2, 3], 0),
            "Concatenate: shapes (2,) and (2, 3) have 1 and 2 axes. The numbers must be equal."),
        (Errors.ConcatMismatch("Concatenate", [2, 2], [2, 3], 0),
            "Concatenate: shapes (2, 2) and (2, 3) do not fit. All lengths but that of axis 0 must be equal."),
        (Errors.StackMismatch("Stack", [2], [3]), "Stack: shapes (2,) and (3,) differ. All arrays must have the same shape."),
        (Errors.EmptyList("Stack"), "Stack: the list of arrays is empty. It must have at least one."),
        (Errors.SqueezeLength("Squeeze", 0, 2, [2]),
            "Squeeze: axis 0 of (2,) has length 2. Only axes of length 1 can be left out."),
        (Errors.PermutationLength("Transpose", 1, 2), "Transpose: 1 axes were given for an array that has 2. Name every axis once."),
        (Errors.EmptyReduction("Max", [0, 2]),
            "Max: the array of shape (0, 2) has no elements along the reduced axes, and Max of nothing has no value."),
        (Errors.NotScalar("Item", [2]),
            "Item: the array has shape (2,). Only an array of one element has a single value; use ToArray or index it first."),
        (Errors.NotSquare("Inv", [2, 3]), "Inv: the last two axes of (2, 3) differ. The matrices must be square."),
        (Errors.Ragged("Array"), "Array: the nested lists have different lengths. All lists of one level must be equally long."),
        (Errors.TooManyIndices("Index", 3, 2),
            "Index: 3 indices were given for an array that has 2 axes. Give at most one for each axis."),
        (Errors.AxisOutOfRange("Sum", 3, 2), "Sum: axis 3 is outside an array that has 2 axes. Axes run from -2 to 1."),
        (Errors.AxisOutOfRange("Sum", 0, 0), "Sum: axis 0 is outside an array that has 0 axes. A scalar has none."),
        (Errors.DuplicateAxis("Sum", 0, [0, -2]), "Sum: axis 0 is named twice in (0, -2). Name every axis once."),
        (Errors.IndexOutOfRange("Take", 7, 1, 4), "Take: index 7 is outside axis 1 of length 4. Indices run from -4 to 3."),
        (Errors.IndexOutOfRange("Take", 0, 1, 0), "Take: index 0 is outside axis 1 of length 0. The axis is empty."),
        (Errors.OptionNegative("Repeat", "repeats", -1), "Repeat: repeats is -1. It must be 0 or more."),
        (Errors.OptionNotPositive("Split", "sections", 0), "Split: sections is 0. It must be 1 or more."),
        (Errors.OptionUnknown("Pad", "mode", "bad", "constant, edge"), "Pad: mode is 'bad'. It must be one of constant, edge."),
        (Errors.DTypeNotSupported("Floor", DType.Complex64, "Only real numbers have a floor."),
            "Floor: the array is complex64. Only real numbers have a floor. Convert it with AsType first."),
        (Errors.DTypesNotSupported("BitwiseAnd", DType.Float32, DType.Int8, "Only integers and bool have bits."),
            "BitwiseAnd: the arrays are float32 and int8. Only integers and bool have bits. Convert them with AsType first."),
        (Errors.ComplexNotYet("Sort", DType.Complex64),
            "Sort: the array is complex64. Sort does not take complex numbers. Work on the real and imaginary parts."),
        (Errors.WrongType("Item", DType.Float32, DType.Int32),
            "Item: the array is float32, int32 was asked for. Ask for float32, or convert with AsType first."),
        (Errors.IndexType("Take", DType.Float32), "Take: the index array is float32. Indices must be integers."),
        (Errors.ScalarOverflow("Array", "18446744073709551616", DType.Int64),
            "Array: 18446744073709551616 does not fit int64. Use a wider type."),
        (Errors.Released("Add"), "Add: this array was freed before. Keep it, or free it after its last use."),
        (Errors.Traced("Item()", "Vmap"),
            "Item(): this array is being traced by Vmap and has no value yet. " +
            "Move Item() out of the mapped function, or use Where() instead of if."),
        (Errors.TraceEnded("Add", "Compile"),
            "Add: this array was made inside a function traced by Compile that has returned. Return it from the function instead."),
        (Errors.TraceThread("Add", "Grad"),
            "Add: this array is being traced by Grad on another thread. Use it on the thread that traces."),
        (Errors.NoRule("Unique", "vjp"),
            "Unique: there is no vjp rule. Compute it from other operations, or stop the gradient at its input."),
        (Errors.NotContiguous("Borrow", A),
            "Borrow: the array of shape (2, 3, 4) does not lie in memory without gaps. Use Copy() first."),
        (Errors.ReadOnly("Borrow"), "Borrow: the memory is read-only. Use Copy() first."),
        (Errors.NegativeBytes("Allocate", -1), "Allocate: -1 bytes were asked for. The number must be 0 or more."),
        (Errors.OutOfMemory("Allocate", 100, 50, 120),
            "Allocate: 100 bytes were asked for while 50 of 120 are in use. " +
            "Free arrays, work in smaller parts, or raise EngineMemory.Limit."),
        (Errors.Singular("Inv"), "Inv: a matrix is singular, so that it has no inverse."),
        (Errors.File("Load", "x.npy ends early."), "Load: x.npy ends early."),
    ];
}
