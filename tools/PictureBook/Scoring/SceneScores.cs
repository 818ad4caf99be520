namespace PictureBook.Scoring;

/// <summary>What is right about many pictures.</summary>
public sealed record SceneScores
{
    /// <summary>The asked things that are in their pictures, wherever.</summary>
    public Share Things { get; private init; }

    /// <summary>Of those found that come in several colours, those in the asked one.</summary>
    public Share Colours { get; private init; }

    /// <summary>Of those found, those at the asked place.</summary>
    public Share Places { get; private init; }

    /// <summary>Pictures with the asked sky.</summary>
    public Share Skies { get; private init; }

    /// <summary>Pictures with the asked ground.</summary>
    public Share Grounds { get; private init; }

    /// <summary>Of the pictures that two things were asked for, those that have both, wherever and in whatever colours.</summary>
    public Share BothThings { get; private init; }

    /// <summary>Pictures without a thing that nobody asked for.</summary>
    public Share NothingElse { get; private init; }

    /// <summary>Pictures with all of that.</summary>
    public Share AllRight { get; private init; }

    /// <summary>The scores with their names, in the order in which they are reported.</summary>
    public IReadOnlyList<(string Name, Share Share)> All =>
    [
        ("thing", Things), ("colour", Colours), ("place", Places), ("sky", Skies), ("ground", Grounds), ("both things", BothThings), ("nothing else", NothingElse), ("all right", AllRight),
    ];

    /// <summary>Adds the pictures' judgements up.</summary>
    public static SceneScores Of(IEnumerable<Judgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        return judgements.Aggregate(new SceneScores(), (scores, one) => scores.With(one));
    }

    private SceneScores With(Judgement one) => new()
    {
        Things = Things + one.Things,
        Colours = Colours + one.Colours,
        Places = Places + one.Places,
        Skies = Skies.With(one.Sky),
        Grounds = Grounds.With(one.Ground),
        BothThings = one.Things.Of == 2 ? BothThings.With(one.Things.Right == 2) : BothThings,
        NothingElse = NothingElse.With(one.Extra == 0),
        AllRight = AllRight.With(one.IsAllRight),
    };
}
