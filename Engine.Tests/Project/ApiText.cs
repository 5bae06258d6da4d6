using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Engine.Tests.Project;

/// <summary>The public API of the packages as sorted text, one member a line: what api.txt holds.</summary>
internal static class ApiText
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly string[] Packages = ["Engine", "Engine.Interop", "Engine.Testing"];

    static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string FilePath => Repository.PathOf("api.txt");

    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var package in Packages)
        {
            text.Append("# ").Append(package).Append('\n');
            var lines = Assembly.Load(package).GetExportedTypes()
                .Where(t => !t.FullName!.Contains('<', StringComparison.Ordinal))
                .SelectMany(Lines)
                .Order(StringComparer.Ordinal);
            foreach (var line in lines)
            {
                text.Append(line).Append('\n');
            }
        }
        return text.ToString();
    }

    static IEnumerable<string> Lines(Type type)
    {
        yield return $"{Name(type)}: {Kind(type)}{Bases(type)}";
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
            {
                var value = Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture);
                yield return $"{Name(type)}.{name} = {value}";
            }
            yield break;
        }
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield return Line(type.GetMethod("Invoke")!, type);
            yield break;
        }
        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && !IsAccessor(m)))
        {
            yield return Line(method, type);
        }
        foreach (var constructor in type.GetConstructors(Declared & ~BindingFlags.Static).Where(IsVisible))
        {
            yield return $"{Name(type)}.new({Parameters(constructor)})";
        }
        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
            if (accessors.Length > 0)
            {
                var words = string.Join(' ', accessors.Select(a => AccessorWord(a, property)).Order(StringComparer.Ordinal));
                yield return $"{Name(type)}.{PropertyName(property)} {{ {words} }} -> {Annotated(new NullabilityInfoContext().Create(property))}";
            }
        }
        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            var word = field.IsLiteral ? "const " : field.IsInitOnly ? "readonly " : "";
            var value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "";
            yield return $"{Name(type)}.{field.Name}: {word}{Annotated(new NullabilityInfoContext().Create(field))}{value}";
        }
        foreach (var e in type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)))
        {
            yield return $"{Name(type)}.{e.Name}: event {Name(e.EventHandlerType!)}";
        }
    }

    static string Line(MethodInfo method, Type type)
    {
        var generic = method.IsGenericMethodDefinition
            ? "<" + string.Join(", ", method.GetGenericArguments().Select(a => a.Name)) + ">"
            : "";
        var word = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";
        var result = Annotated(new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{Name(type)}.{method.Name}{generic}({Parameters(method)}) -> {word}{result}{Constraints(method)}";
    }

    static string Constraints(MethodInfo method) => !method.IsGenericMethodDefinition
        ? ""
        : string.Concat(method.GetGenericArguments().Where(a => Constraint(a).Length > 0).Select(a => $" where {a.Name} : {Constraint(a)}"));

    static string Constraint(Type parameter)
    {
        var words = new List<string>();
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            words.Add("class");
        }
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            words.Add(parameter.GetCustomAttributes().Any(a => a.GetType().Name == "IsUnmanagedAttribute") ? "unmanaged" : "struct");
        }
        words.AddRange(parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Name));
        return string.Join(", ", words);
    }

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    static string Parameter(ParameterInfo p)
    {
        var word = p.IsOut ? "out " : p.IsIn ? "in " : p.ParameterType.IsByRef ? "ref " : "";
        if (p.IsDefined(typeof(ParamArrayAttribute)) || p.IsDefined(typeof(ParamCollectionAttribute)))
        {
            word = "params ";
        }
        if (p.Position == 0 && p.Member.IsDefined(typeof(ExtensionAttribute)))
        {
            word = "this ";
        }
        return $"{word}{Annotated(new NullabilityInfoContext().Create(p))} {p.Name}{(p.HasDefaultValue ? " = " + Default(p) : "")}";
    }

    static string Default(ParameterInfo p) => p.DefaultValue is null
        ? p.ParameterType.IsValueType && Nullable.GetUnderlyingType(p.ParameterType) is null ? "default" : "null"
        : Literal(p.DefaultValue);

    static string Literal(object? value) => value switch
    {
        null => "null",
        string s => '"' + s + '"',
        bool b => b ? "true" : "false",
        Enum e => $"{Name(e.GetType())}.{e}",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static string PropertyName(PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        return index.Length == 0 ? property.Name : "this[" + string.Join(", ", index.Select(Parameter)) + "]";
    }

    static string AccessorWord(MethodInfo accessor, PropertyInfo property)
    {
        var name = accessor == property.GetMethod ? "get"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? "init"
            : "set";
        return accessor.IsStatic ? "static " + name : name;
    }

    static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
        : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct")
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    static string Bases(Type type)
    {
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate)))
        {
            return "";
        }
        IEnumerable<Type> bases = type.GetInterfaces().Where(i => i.IsPublic || i.IsNestedPublic).OrderBy(Name, StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases = bases.Prepend(parent);
        }
        var names = string.Join(", ", bases.Select(Name));
        return names.Length == 0 ? "" : " : " + names;
    }

    static bool IsVisible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    static bool IsAccessor(MethodInfo m) =>
        m.IsSpecialName && (m.Name.StartsWith("get_", StringComparison.Ordinal) || m.Name.StartsWith("set_", StringComparison.Ordinal)
            || m.Name.StartsWith("add_", StringComparison.Ordinal) || m.Name.StartsWith("remove_", StringComparison.Ordinal));

    static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }
        if (type.IsGenericParameter)
        {
            return type.Name;
        }
        if (type.IsByRef || type.IsPointer || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsPointer ? "*" : type.IsArray ? $"[{new string(',', type.GetArrayRank() - 1)}]" : "");
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }
        if (type.IsFunctionPointer)
        {
            var parts = type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).Select(Name);
            return $"delegate*{(type.IsUnmanagedFunctionPointer ? " unmanaged" : "")}<{string.Join(", ", parts)}>";
        }
        return Qualified(type) + Arguments(type.GetGenericArguments().Select(Name));
    }

    static string Qualified(Type type)
    {
        var name = type.Name.Split('`')[0];
        return type.IsNested ? Qualified(type.DeclaringType!) + "." + name : type.Namespace is { } space ? space + "." + name : name;
    }

    static string Arguments(IEnumerable<string> names)
    {
        var text = string.Join(", ", names);
        return text.Length == 0 ? "" : "<" + text + ">";
    }

    static string Annotated(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string name;
        if (type.IsArray && info.ElementType is not null)
        {
            name = Annotated(info.ElementType) + "[]";
        }
        else if (type.IsGenericType && Nullable.GetUnderlyingType(type) is null && info.GenericTypeArguments.Length > 0)
        {
            name = Qualified(type) + Arguments(info.GenericTypeArguments.Select(Annotated));
        }
        else
        {
            name = Name(type);
        }
        return !type.IsValueType && !type.IsPointer && info.ReadState == NullabilityState.Nullable && !name.EndsWith('?') ? name + "?" : name;
    }
}
