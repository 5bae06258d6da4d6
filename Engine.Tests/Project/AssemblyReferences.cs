using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Engine.Tests.Project;

/// <summary>Someone names a type of the same assembly.</summary>
internal sealed record TypeReference(string From, string FromLayer, string To, string ToLayer);

/// <summary>Reads who names whom in an assembly: signatures, fields, bases, interfaces, constraints and method bodies.</summary>
internal sealed class AssemblyReferences
{
    readonly MetadataReader _metadata;
    readonly MetadataReader _symbols;
    readonly PEReader _image;
    readonly List<TypeReference> _found = [];
    readonly List<string> _misplaced = [];
    readonly TypeCollector _collector;

    AssemblyReferences(PEReader image, MetadataReader symbols)
    {
        (_image, _symbols, _metadata) = (image, symbols, image.GetMetadataReader());
        _collector = new TypeCollector(_metadata);
    }

    public static IReadOnlyList<TypeReference> Read(string path) => Open(path)._found;

    /// <summary>Methods of internal types whose file lies in another layer's folder than their namespace says.</summary>
    public static IEnumerable<string> Misplaced(string path) => Open(path)._misplaced.Distinct().Order(StringComparer.Ordinal);

    static AssemblyReferences Open(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(path, ".pdb")));
        var reader = new AssemblyReferences(image, symbols.GetMetadataReader());
        foreach (var handle in reader._metadata.TypeDefinitions)
        {
            reader.ReadType(handle);
        }
        return reader;
    }

    void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var (name, layer) = Describe(handle);
        if (layer is null)
        {
            return;
        }
        Note(name, layer, _collector.Types(type.BaseType));
        foreach (var i in type.GetInterfaceImplementations())
        {
            Note(name, layer, _collector.Types(_metadata.GetInterfaceImplementation(i).Interface));
        }
        NoteConstraints(name, layer, type.GetGenericParameters());
        foreach (var f in type.GetFields())
        {
            var field = _metadata.GetFieldDefinition(f);
            var label = name + "." + _metadata.GetString(field.Name);
            Note(label, layer, _collector.Decode(c => field.DecodeSignature(c, null)));
        }
        foreach (var m in type.GetMethods())
        {
            ReadMethod(name, layer, type, m);
        }
    }

    void ReadMethod(string typeName, string typeLayer, TypeDefinition type, MethodDefinitionHandle handle)
    {
        var method = _metadata.GetMethodDefinition(handle);
        var label = typeName + "." + _metadata.GetString(method.Name);
        // Parts of a public type lie in several folders: the file decides who names something. Generated parts are the face's.
        var file = FileOf(handle);
        var layer = file is null ? typeLayer : Layers.OfFile(file) ?? (Space(type) == "Engine" ? Layers.Face : typeLayer);
        if (layer != typeLayer && !Layers.IsShared(Space(type)))
        {
            _misplaced.Add($"{label} lies in {layer}, its namespace says {typeLayer}");
        }
        Note(label, layer, _collector.Decode(c => method.DecodeSignature(c, null)));
        NoteConstraints(label, layer, method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }
        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            Note(label, layer, _collector.Decode(c => _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(c, null)));
        }
        foreach (var region in body.ExceptionRegions.Where(r => !r.CatchType.IsNil))
        {
            Note(label, layer, _collector.Types(region.CatchType));
        }
        foreach (var token in IlTokens.In(body.GetILBytes() ?? []))
        {
            Note(label, layer, _collector.Types(token));
        }
    }

    void NoteConstraints(string label, string layer, GenericParameterHandleCollection parameters)
    {
        foreach (var p in parameters)
        {
            foreach (var c in _metadata.GetGenericParameter(p).GetConstraints())
            {
                Note(label, layer, _collector.Types(_metadata.GetGenericParameterConstraint(c).Type));
            }
        }
    }

    void Note(string from, string fromLayer, IEnumerable<TypeDefinitionHandle> types)
    {
        foreach (var type in types.Distinct())
        {
            var (name, layer) = Describe(type);
            if (layer is not null)
            {
                _found.Add(new TypeReference(from, fromLayer, name, layer));
            }
        }
    }

    (string Name, string? Layer) Describe(TypeDefinitionHandle handle)
    {
        var type = Outermost(_metadata.GetTypeDefinition(handle));
        var name = _metadata.GetString(type.Name).Split('`')[0];
        var space = _metadata.GetString(type.Namespace);
        return (space + "." + name, Layers.OfType(space, name));
    }

    TypeDefinition Outermost(TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }
        return type;
    }

    string Space(TypeDefinition type) => _metadata.GetString(Outermost(type).Namespace);

    string? FileOf(MethodDefinitionHandle handle)
    {
        var information = _symbols.GetMethodDebugInformation(handle.ToDebugInformationHandle());
        var document = information.Document;
        if (document.IsNil)
        {
            document = information.GetSequencePoints().FirstOrDefault().Document;
        }
        return document.IsNil ? null : _symbols.GetString(_symbols.GetDocument(document).Name);
    }
}
