using PictureBook.Scenes;

namespace PictureBook.Prompts;

/// <summary>A prompt, and what a picture of it must show.</summary>
/// <param name="Scene">All that the words tell is in it.</param>
/// <param name="Text">The words: each thing with its place and colour, sky and ground.</param>
public sealed record ScenePrompt(Scene Scene, string Text);
