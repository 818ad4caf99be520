using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Amused.Tests.Docs;

/// <summary>The arrows between the folders of the sources, read from the code itself: which file names what another declares.</summary>
public sealed class ArchitectureTests(ArchitectureTests.Sources sources) : IClassFixture<ArchitectureTests.Sources>
{
    /// <summary>What each folder of the library may use, beside the files at its root; a folder that isn't named here may use none.</summary>
    private static readonly Dictionary<string, string[]> plan = new()
    {
        ["Generation"] =
        [
            "Generation/Lora", "Sampling", "Networks", "Networks/Fast", "Networks/UVit", "Networks/Vqgan", "Networks/ClipText",
            "Networks/Kernels", "Text", "Images", "Weights", "Weights/Hub", "Runtime",
        ],
        ["Generation/Lora"] = ["Networks/Layers", "Weights"],
        ["Networks"] = ["Networks/UVit", "Networks/Vqgan", "Networks/ClipText", "Sampling", "Images"],
        ["Networks/Fast"] = ["Networks/UVit", "Networks/Layers", "Networks/Kernels"],
        ["Networks/UVit"] = ["Networks/Layers", "Weights"],
        ["Networks/Vqgan"] = ["Networks/Layers", "Weights"],
        ["Networks/ClipText"] = ["Networks/Layers", "Weights"],
        ["Networks/Layers"] = ["Networks/Kernels", "Weights"],
        ["Networks/Kernels"] = ["Weights", "Runtime"],
        ["Sampling"] = [],
        ["Text"] = ["Weights"],
        ["Images"] = [],
        ["Images/Plots"] = ["Images"],
        ["Weights/Hub"] = ["Weights"],
        ["Weights"] = ["Runtime"],
        ["Runtime"] = [],
    };

    [Fact]
    public void Folders_of_the_library_use_only_those_that_the_plan_puts_below_them()
    {
        var wrong = sources.Arrows.Where(arrow => arrow.From.Project == "Amused" && arrow.To.Project == "Amused")
            .Where(arrow => arrow.To.Folder != "" && !plan.GetValueOrDefault(arrow.From.Folder, []).Contains(arrow.To.Folder));
        AssertNone(wrong);
    }

    [Fact]
    public void The_plan_has_no_arrow_that_nobody_takes()
    {
        var taken = sources.Arrows.Where(arrow => arrow.From.Project == "Amused").Select(arrow => (arrow.From.Folder, arrow.To.Folder)).ToHashSet();
        var unused = plan.SelectMany(from => from.Value.Select(to => (from.Key, to))).Where(arrow => !taken.Contains(arrow));
        Assert.Equal("", string.Join(", ", unused));
    }

    /// <summary>Projects whose folders still use each other.</summary>
    private static readonly HashSet<string> entangled = ["Amused.Cli"];

    [Fact]
    public void No_two_folders_of_a_project_use_each_other_by_any_way()
    {
        var within = sources.Arrows.Where(arrow => arrow.From.Project == arrow.To.Project && !entangled.Contains(arrow.From.Project)).ToList();
        var next = within.ToLookup(arrow => arrow.From, arrow => arrow.To);
        var circles = within.Where(arrow => Reaches(next, arrow.To, arrow.From));
        AssertNone(circles);
    }

    private static bool Reaches(ILookup<Place, Place> next, Place from, Place to)
    {
        HashSet<Place> seen = [from];
        Stack<Place> open = new(seen);
        while (open.TryPop(out var place))
        {
            if (place == to)
                return true;
            foreach (var there in next[place].Where(seen.Add))
                open.Push(there);
        }
        return false;
    }

    private static void AssertNone(IEnumerable<Arrow> arrows)
    {
        var told = arrows.Select(arrow => $"{arrow.From} → {arrow.To}: {string.Join(", ", arrow.Uses.Order())}").Order().ToList();
        if (told.Count > 0)
            Assert.Fail(string.Join('\n', told));
    }

    /// <summary>A folder of a project; its root is empty.</summary>
    public readonly record struct Place(string Project, string Folder)
    {
        public override string ToString() => $"{Project}/{Folder}";
    }

    /// <summary>That files of one folder name what stands in files of another.</summary>
    public sealed record Arrow(Place From, Place To, IReadOnlyCollection<string> Uses);

    /// <summary>All sources, read once. Names are matched as they are written: binding them would take ten times as long.</summary>
    public sealed class Sources
    {
        private static readonly HashSet<string> linq = [.. typeof(Enumerable).GetMethods().Select(method => method.Name)];

        public Sources()
        {
            var root = Path.Combine(GoldenFolder.Repository, "src");
            var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(root, file), Root: CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot())).ToList();
            var ordinary = files.SelectMany(file => Methods(file.Root).Where(method => !IsExtension(method))).Select(method => $".{method.Identifier.Text}").ToHashSet();
            var declared = files.SelectMany(file => Declared(file.Root).Select(name => (Name: name, file.Path)))
                .Where(one => !ordinary.Contains(one.Name)).ToLookup(one => one.Name, one => one.Path);
            var uses =
                from file in files
                from name in Used(file.Root).Distinct()
                let there = declared[name].Where(path => Of(path).Project == Of(file.Path).Project).DefaultIfEmpty(declared[name].FirstOrDefault()).ToList()
                where !there.Contains(file.Path) && there[0] is not null && Of(there[0]!) != Of(file.Path)
                group $"{Path.GetFileNameWithoutExtension(file.Path)} uses {name}" by (Of(file.Path), Of(there[0]!));
            Arrows = [.. uses.Select(use => new Arrow(use.Key.Item1, use.Key.Item2, [.. use]))];
        }

        public IReadOnlyList<Arrow> Arrows { get; }

        /// <summary>The types of a file, and its extension methods, which are used without their type's name; but for those whose names LINQ has, too.</summary>
        private static IEnumerable<string> Declared(SyntaxNode root) =>
        [
            .. root.DescendantNodes(node => node is not BaseTypeDeclarationSyntax).OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text),
            .. root.DescendantNodes(node => node is not BaseTypeDeclarationSyntax).OfType<DelegateDeclarationSyntax>().Select(type => type.Identifier.Text),
            .. Methods(root).Where(IsExtension).Select(method => method.Identifier.Text).Where(name => !linq.Contains(name)).Select(name => $".{name}"),
        ];

        private static IEnumerable<MethodDeclarationSyntax> Methods(SyntaxNode root) => root.DescendantNodes().OfType<MethodDeclarationSyntax>();

        private static bool IsExtension(MethodDeclarationSyntax method) => method.ParameterList.Parameters is [var first, ..] && first.Modifiers.Any(SyntaxKind.ThisKeyword);

        /// <summary>What may be a type, and behind a dot an extension method.</summary>
        private static IEnumerable<string> Used(SyntaxNode root)
        {
            HashSet<string> own =
            [
                .. Methods(root).Select(method => method.Identifier.Text),
                .. root.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text),
            ];
            foreach (var name in root.DescendantNodes(node => node is not UsingDirectiveSyntax).OfType<SimpleNameSyntax>())
            {
                if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name || name.Parent is MemberBindingExpressionSyntax)
                    yield return $".{name.Identifier.Text}";
                else if (name.Parent is not (NameColonSyntax or NameEqualsSyntax or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax }))
                    yield return own.Contains(name.Identifier.Text) ? "" : name.Identifier.Text;
            }
        }

        private static Place Of(string path)
        {
            var parts = path.Split(Path.DirectorySeparatorChar);
            return new(parts[0], string.Join('/', parts[1..^1]));
        }
    }
}
