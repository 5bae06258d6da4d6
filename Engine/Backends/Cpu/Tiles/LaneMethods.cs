using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>The lanes of one type at one width as methods to call from emitted code. Taken from delegates: nothing is looked up by name.</summary>
internal abstract class LaneMethods
{
    /// <summary>Type of the vector.</summary>
    public abstract Type Vector { get; }
    public abstract MethodInfo Load { get; }
    public abstract MethodInfo Store { get; }
    public abstract MethodInfo LoadMask { get; }
    public abstract MethodInfo StoreMask { get; }
    /// <summary>For f32: as many 16-bit elements, in the low halves of the lanes.</summary>
    public abstract MethodInfo LoadHalf { get; }
    public abstract MethodInfo StoreHalf { get; }

    /// <summary>The member of the algebra.</summary>
    public abstract MethodInfo Of(LaneOp op);

    /// <summary>The same bits as another vector of this width.</summary>
    public abstract MethodInfo As<W>() where W : struct;

    /// <summary>The bits of another vector of this width as this one.</summary>
    public abstract MethodInfo From(LaneMethods other);

    /// <summary>The lanes of a type at 512, 256 or 128 bits.</summary>
    public static LaneMethods Of(DType t, int bits) => t switch
    {
        DType.Float32 => At<float, Lanes512F32, Lanes256F32, Lanes128F32>(bits),
        DType.Float64 => At<double, Lanes512F64, Lanes256F64, Lanes128F64>(bits),
        DType.Int8 => At<sbyte, Lanes512<sbyte>, Lanes256<sbyte>, Lanes128<sbyte>>(bits),
        DType.Int16 => At<short, Lanes512<short>, Lanes256<short>, Lanes128<short>>(bits),
        DType.Int32 => At<int, Lanes512<int>, Lanes256<int>, Lanes128<int>>(bits),
        DType.Int64 => At<long, Lanes512<long>, Lanes256<long>, Lanes128<long>>(bits),
        DType.UInt8 => At<byte, Lanes512<byte>, Lanes256<byte>, Lanes128<byte>>(bits),
        DType.UInt16 => At<ushort, Lanes512<ushort>, Lanes256<ushort>, Lanes128<ushort>>(bits),
        DType.UInt32 => At<uint, Lanes512<uint>, Lanes256<uint>, Lanes128<uint>>(bits),
        _ => At<ulong, Lanes512<ulong>, Lanes256<ulong>, Lanes128<ulong>>(bits),
    };

    static LaneMethods At<T, L512, L256, L128>(int bits)
        where T : unmanaged
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T> => bits switch
        {
            512 => new LaneMethods<Vector512<T>, T, L512>(),
            256 => new LaneMethods<Vector256<T>, T, L256>(),
            _ => new LaneMethods<Vector128<T>, T, L128>(),
        };
}

/// <summary>The lanes L of T in V.</summary>
internal sealed unsafe class LaneMethods<V, T, L> : LaneMethods where V : struct where T : unmanaged where L : struct, IMemoryLanes<V, T>
{
    delegate V Loader(void* p);
    delegate V PartLoader(byte* p);
    delegate void Storer(V v, void* p);
    delegate void PartStorer(V v, byte* p);

    public override Type Vector => typeof(V);
    public override MethodInfo Load => new Loader(L.Load).Method;
    public override MethodInfo Store => new Storer(L.Store).Method;
    public override MethodInfo LoadMask => new PartLoader(L.LoadMask).Method;
    public override MethodInfo StoreMask => new PartStorer(L.StoreMask).Method;
    public override MethodInfo LoadHalf => new PartLoader(HalfMemory.Load<V>).Method;
    public override MethodInfo StoreHalf => new PartStorer(HalfMemory.Store).Method;
    public override MethodInfo As<W>() => new Func<V, W>(Unsafe.BitCast<V, W>).Method;
    public override MethodInfo From(LaneMethods other) => other.As<V>();

    public override MethodInfo Of(LaneOp op) => op switch
    {
        LaneOp.Const => new Func<double, V>(L.Const).Method,
        LaneOp.ConstInt => new Func<long, V>(L.ConstInt).Method,
        LaneOp.Add => Two(L.Add),
        LaneOp.Sub => Two(L.Sub),
        LaneOp.Mul => Two(L.Mul),
        LaneOp.Div => Two(L.Div),
        LaneOp.DivInt => Two(L.DivInt),
        LaneOp.Rem => Two(L.Rem),
        LaneOp.Neg => One(L.Neg),
        LaneOp.Abs => One(L.Abs),
        LaneOp.Sqrt => One(L.Sqrt),
        LaneOp.Min => Two(L.Min),
        LaneOp.Max => Two(L.Max),
        LaneOp.Clamp => Three(L.Clamp),
        LaneOp.Floor => One(L.Floor),
        LaneOp.Fma => Three(L.Fma),
        LaneOp.Scale => Two(L.Scale),
        LaneOp.Eq => Two(L.Eq),
        LaneOp.Lt => Two(L.Lt),
        LaneOp.Le => Two(L.Le),
        LaneOp.Select => Three(L.Select),
        LaneOp.And => Two(L.And),
        LaneOp.Or => Two(L.Or),
        LaneOp.Xor => Two(L.Xor),
        LaneOp.Not => One(L.Not),
        LaneOp.AddInt => Two(L.AddInt),
        LaneOp.SubInt => Two(L.SubInt),
        LaneOp.EqInt => Two(L.EqInt),
        LaneOp.Shl => new Func<V, int, V>(L.Shl).Method,
        LaneOp.Shr => new Func<V, int, V>(L.Shr).Method,
        LaneOp.Exponent => One(L.Exponent),
        LaneOp.Mantissa => One(L.Mantissa),
        _ => throw new InvalidOperationException($"{op} is no call."),
    };

    static MethodInfo One(Func<V, V> f) => f.Method;
    static MethodInfo Two(Func<V, V, V> f) => f.Method;
    static MethodInfo Three(Func<V, V, V, V> f) => f.Method;
}
