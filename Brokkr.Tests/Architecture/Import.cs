using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Brokkr.Tests.Architecture;

/// <summary>One file names a type that another declares, or a member of one.</summary>
internal sealed record Import(SourceFile By, SourceFile From, string Type)
{
    /// <summary>What the projects' SDKs and the shared properties import everywhere.</summary>
    private const string Everywhere = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Net.Http.Json;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        global using Wire = Brokkr.V1;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    /// <summary>
    /// Every import between files of one project, as the compiler binds the names: usings or not, bodies as well as signatures, never comments or texts.
    /// A using whose names all stay unbound, for want of what a generator writes, counts with every file of its namespace.
    /// </summary>
    public static IReadOnlyList<Import> Between(IReadOnlyList<SourceFile> files)
    {
        var trees = files.ToDictionary(f => (SyntaxTree)CSharpSyntaxTree.ParseText(f.Text, Language, f.Path));
        var compilation = CSharpCompilation.Create(
            files[0].Project,
            [.. trees.Keys, CSharpSyntaxTree.ParseText(Everywhere, Language)],
            References(files[0].Project),
            new(OutputKind.ConsoleApplication, allowUnsafe: true));
        return [.. trees.SelectMany(t => In(t.Key, t.Value, trees, compilation)).Distinct()];
    }

    public override string ToString() => $"{By} imports {Type} of {From}";

    private static IEnumerable<Import> In(
        SyntaxTree tree, SourceFile file, Dictionary<SyntaxTree, SourceFile> trees, CSharpCompilation compilation)
    {
        var model = compilation.GetSemanticModel(tree);
        var imports = tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null)
            .Select(name => model.GetSymbolInfo(name))
            .SelectMany(found => found.Symbol is { } symbol ? [symbol] : found.CandidateSymbols)
            .Select(TypeOf)
            .OfType<INamedTypeSymbol>()
            .SelectMany(type => type.DeclaringSyntaxReferences.Select(place => (Type: type.Name, Place: place.SyntaxTree)))
            .Where(type => type.Place != tree && trees.ContainsKey(type.Place))
            .Select(type => new Import(file, trees[type.Place], type.Type))
            .ToList();
        var unbound = tree.GetCompilationUnitRoot().Usings.Select(u => $"{u.NamespaceOrType}")
            .Where(space => imports.TrueForAll(i => SpaceOf(i.From) != space))
            .SelectMany(space => trees.Values.Where(f => SpaceOf(f) == space).Select(f => new Import(file, f, $"using {space}")));
        return imports.Concat(unbound);
    }

    /// <summary>The outermost type that a name leads to; null for what no type has.</summary>
    private static INamedTypeSymbol? TypeOf(ISymbol symbol)
    {
        var member = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        var type = member as INamedTypeSymbol ?? (member is INamespaceSymbol or ILocalSymbol or IParameterSymbol ? null : member.ContainingType);
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    private static string SpaceOf(SourceFile file) => file.Folder.Length == 0 ? file.Project : $"{file.Project}.{file.Folder.Replace('/', '.')}";

    /// <summary>The programs, whose assemblies are named in lower case, are what is compiled here.</summary>
    private static IEnumerable<MetadataReference> References(string project) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(file => Path.GetFileNameWithoutExtension(file) is var name && name != project && !name.StartsWith("brokkr-", StringComparison.Ordinal)
            && name != "brokkr")
        .Select(file => MetadataReference.CreateFromFile(file));
}
