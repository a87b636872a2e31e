using Brokkr.Contracts;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Brokkr.Broker.OpenApi;

/// <summary>The contracts as they were written, comments included; the generated classes carry none.</summary>
internal static class DocumentedContracts
{
    /// <summary>Every method by its full name.</summary>
    public static IReadOnlyDictionary<string, MethodDescriptor> Load()
    {
        var assembly = typeof(Pak).Assembly;
        var (seen, files) = (new HashSet<string>(StringComparer.Ordinal), new List<ByteString>());
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".pb", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            // Each set holds what its file imports, in an order in which everything comes after what it needs.
            files.AddRange(FileDescriptorSet.Parser.ParseFrom(stream).File.Where(f => seen.Add(f.Name)).Select(f => f.ToByteString()));
        }

        return FileDescriptor.BuildFromByteStrings(files, new() { AnnotationsExtensions.Http })
            .SelectMany(f => f.Services).SelectMany(s => s.Methods).ToDictionary(m => m.FullName, StringComparer.Ordinal);
    }

    /// <summary>What is written above a declaration, its lines joined to paragraphs.</summary>
    public static string Comment(this DescriptorBase declared)
    {
        var paragraphs = (declared.Declaration?.LeadingComments ?? "").Trim().Split("\n\n");
        return string.Join("\n\n", paragraphs.Select(p => string.Join(' ', p.Split('\n').Select(l => l.Trim())).Trim())
            .Where(p => p.Length > 0));
    }
}
