using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CloudOrch.Architecture.Tests;

/// <summary>What a built assembly refers to: assemblies, types and members, read from its metadata without loading it.</summary>
internal sealed class ReferencedTypes
{
    public ReferencedTypes(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        Assemblies = [.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))];
        Types = [.. metadata.TypeReferences.Select(h => NameOf(metadata, h))];
        Members =
        [
            .. metadata.MemberReferences.Select(metadata.GetMemberReference)
                .Where(m => m.Parent.Kind == HandleKind.TypeReference)
                .Select(m => $"{NameOf(metadata, (TypeReferenceHandle)m.Parent)}.{metadata.GetString(m.Name)}"),
        ];
    }

    public IReadOnlyList<string> Assemblies { get; }

    /// <summary>Full names, «Namespace.Type».</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>«Namespace.Type.Member», getters as «get_X».</summary>
    public IReadOnlyList<string> Members { get; }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
