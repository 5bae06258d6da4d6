using System.Reflection;
using System.Reflection.Emit;
using Engine.Internal.Lanes;
using Engine.Internal.Memory;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.SecondBackend;

/// <summary>What proves the seam: the second back end knows plans, recorded programs and the bytes of storages, and nothing else of the engine.</summary>
public class SecondBackendReferences
{
    /// <summary>The lane types it may name. None of them holds a kernel that it could call but through a body's pointers, which are looked for apart.</summary>
    static readonly string[] LaneTypes = ["LaneProgram", "LaneInstr", "LaneOp", "LaneKind", "LaneBody", "ReduceBody", "ReduceProgram", "ReducePrograms"];

    [Fact]
    public void ItNamesPlansAndProgramsOnly()
    {
        Assembly engine = typeof(Plan).Assembly;
        var seen = new HashSet<string>();
        foreach (MemberInfo m in Members())
        {
            Type? t = m as Type ?? m.DeclaringType;
            if (t?.Assembly != engine) { continue; }
            while ((t.HasElementType ? t.GetElementType() : t.DeclaringType) is { } inner) { t = inner; }
            seen.Add(t.FullName ?? t.Name);
            bool allowed = t.Namespace == typeof(Plan).Namespace || t == typeof(Storage) || t == typeof(DType) || t == typeof(IndexException)
                || t.Namespace == typeof(LaneBody).Namespace && LaneTypes.Contains(t.Name.Split('`')[0]);
            Assert.True(allowed, $"the second back end names {t.FullName}.{m.Name}");
            Assert.False(m.Name is "Kernel" or "At", $"the second back end reaches for a kernel: {t.FullName}.{m.Name}");
        }
        Assert.Contains(typeof(Plan).FullName!, seen);
        Assert.Contains(typeof(LaneProgram).FullName!, seen);
    }

    static IEnumerable<MemberInfo> Members()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (Type t in typeof(ReferenceBackend).Assembly.GetTypes().Where(t => t.Namespace == typeof(ReferenceBackend).Namespace && !Outer(t).Name.StartsWith("SecondBackend", StringComparison.Ordinal)))
        {
            foreach (FieldInfo f in t.GetFields(All)) { yield return f.FieldType; }
            foreach (MethodBase m in t.GetMethods(All).Cast<MethodBase>().Concat(t.GetConstructors(All)))
            {
                foreach (ParameterInfo p in m.GetParameters()) { yield return p.ParameterType; }
                foreach (MemberInfo used in Used(m)) { yield return used; }
            }
        }
    }

    static Type Outer(Type t) => t.DeclaringType is { } d ? Outer(d) : t;

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Members that a method's instructions name.</summary>
    static IEnumerable<MemberInfo> Used(MethodBase method)
    {
        byte[]? il = method.GetMethodBody()?.GetILAsByteArray();
        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } d ? d.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int i = 0; il != null && i < il.Length;)
        {
            OpCode code = OpCodesByValue[il[i] == 0xFE ? unchecked((short)(0xFE00 | il[i + 1])) : il[i]];
            i += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                if (method.Module.ResolveMember(BitConverter.ToInt32(il, i), typeArguments, methodArguments) is { } member) { yield return member; }
            }
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, i),
                _ => 4,
            };
        }
    }
}
