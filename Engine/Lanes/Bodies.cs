namespace Engine.Internal.Lanes;

/// <summary>A lane body of one operand. Only the lane algebra; the kind of the op decides its dtypes.</summary>
internal interface IUnaryBody
{
    static abstract V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>;
}

/// <summary>A lane body of two operands.</summary>
internal interface IBinaryBody
{
    static abstract V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>;
}

/// <summary>A lane body of three operands.</summary>
internal interface ITernaryBody
{
    static abstract V Apply<V, T, L>(V x, V y, V z) where T : unmanaged where L : struct, ILanes<V, T>;
}

/// <summary>A body whose lanes with |x| above a bound are redone by a scalar routine (sin of 1e10).</summary>
internal interface IPatchedBody : IUnaryBody
{
    static abstract double Bound(DType t);
    static abstract double Patch(double x);
}
