namespace PictureBook.Scenes;

/// <summary>The colour of a thing that comes in several.</summary>
public enum ThingColour
{
    /// <summary>The thing has one look only.</summary>
    None,

    /// <summary>Red.</summary>
    Red,

    /// <summary>Orange.</summary>
    Orange,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Purple.</summary>
    Purple,
}

/// <summary>Where a thing is, seen by who looks at the picture.</summary>
public enum Place
{
    /// <summary>In the left third.</summary>
    Left,

    /// <summary>In the middle third.</summary>
    Middle,

    /// <summary>In the right third.</summary>
    Right,
}

/// <summary>How large a thing is drawn.</summary>
public enum ThingSize
{
    /// <summary>About a quarter of the picture's side.</summary>
    Small,

    /// <summary>About a third of the picture's side.</summary>
    Medium,

    /// <summary>Almost half of the picture's side.</summary>
    Large,
}

/// <summary>Time of day and weather.</summary>
public enum Sky
{
    /// <summary>A blue sky.</summary>
    Day,

    /// <summary>From violet to orange.</summary>
    Sunset,

    /// <summary>Dark blue, always with stars.</summary>
    Night,

    /// <summary>Grey, always with rain and clouds.</summary>
    Rain,
}

/// <summary>What things stand on.</summary>
public enum Ground
{
    /// <summary>Green grass with hills.</summary>
    Meadow,

    /// <summary>Sand dunes.</summary>
    Desert,

    /// <summary>Snow with white hills.</summary>
    Snow,

    /// <summary>The sea; things that can't swim stand on its beach.</summary>
    Sea,
}

/// <summary>How a thing is in the scene.</summary>
public enum Habitat
{
    /// <summary>It stands on the ground, at the sea on the beach.</summary>
    Land,

    /// <summary>It is in the sky.</summary>
    Air,

    /// <summary>It floats on the sea; elsewhere it has a pond.</summary>
    Water,
}
