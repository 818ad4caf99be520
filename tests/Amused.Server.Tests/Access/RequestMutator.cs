using System.Text;
using Amused.Server.Tests.Support;

namespace Amused.Server.Tests.Safety;

/// <summary>
/// Sound requests with bytes, values, names, parts and pictures of them broken at random; the same ones for the same seed.
/// </summary>
internal sealed class RequestMutator(int seed)
{
    private const string Boundary = "frontier";
    private static readonly byte[] Png = Drawings.Png(16, 16);
    private static readonly byte[] Mask = Drawings.TransparentFrom(8, 16, 16);
    private static readonly string[] Paths = ["v1/images/generations", "v1/images/edits", "v1/images/variations", "api/jobs"];

    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1", "1e999", "-1e-999", "99999999999999999999", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud83d\"", "[]",
        "{}", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "[1,2]", "{\"image_url\":3}",
        "\"data:image/png;base64,\"", "\"data:image/png;base64,AAAA\"", "\"http://127.0.0.1/\"", "\"file:///etc/passwd\"", "\"NaN\"",
        "NaN", "\"auto\"", "\"32x32\"", "\"0x0\"", "\"-5x5\"", "\"99999999x99999999\"",
    ];

    private static readonly string[] Names =
    [
        "prompt", "n", "size", "model", "image", "mask", "images", "seed", "steps", "num_inference_steps", "guidance_scale", "strength",
        "stream", "partial_images", "output_format", "output_compression",
        "response_format", "quality", "loras", "temperature", "crop", "width", "height", "composite", "negative_prompt", "aesthetic_score",
        "__proto__", "", "a b",
    ];

    private readonly Random random = new(seed);

    public (string Path, string Type, byte[] Body) Next()
    {
        var path = Pick(Paths);
        var isForm = path != "api/jobs" && random.Next(2) == 0;
        var body = isForm ? Form() : Json();
        if (random.Next(2) == 0)
            body = Break(body);
        var type = random.Next(20) == 0
            ? Pick(["text/plain", "", "multipart/form-data", "application/json; charset=utf-99", "multipart/form-data; boundary=\"\""])
            : isForm ? $"multipart/form-data; boundary={Boundary}" : "application/json";
        return (path, type, body);
    }

    private byte[] Json()
    {
        var fields = new List<string> { "\"prompt\":\"a dog\"", "\"num_inference_steps\":2" };
        if (random.Next(2) == 0)
            fields.Add($"\"image\":\"{Drawings.DataUrl(random.Next(2) == 0 ? Png : Break(Png))}\"");
        for (var i = random.Next(4); i > 0; i--)
            fields.Add($"\"{Pick(Names)}\":{Pick(Values)}");
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}");
    }

    private byte[] Form()
    {
        using var body = new MemoryStream();
        void Part(string name, byte[] content, bool isFile)
        {
            body.Write(Encoding.UTF8.GetBytes(
                $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{(isFile ? "; filename=\"../../x.png\"" : "")}\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }
        Part("prompt", "a hat"u8.ToArray(), isFile: false);
        Part("num_inference_steps", "2"u8.ToArray(), isFile: false);
        Part(Pick(["image", "image[]", "mask", "file"]), random.Next(2) == 0 ? Png : Break(Png), isFile: random.Next(8) > 0);
        if (random.Next(2) == 0)
            Part("mask", random.Next(2) == 0 ? Mask : Break(Mask), isFile: random.Next(8) > 0);
        for (var i = random.Next(3); i > 0; i--)
            Part(Pick(Names), Encoding.UTF8.GetBytes(Pick(Values).Trim('"')), isFile: false);
        body.Write(Encoding.UTF8.GetBytes($"--{Boundary}--\r\n"));
        return body.ToArray();
    }

    /// <summary>Changes, drops, repeats or cuts bytes.</summary>
    private byte[] Break(byte[] sound)
    {
        var bytes = sound.ToList();
        for (var i = random.Next(1, 5); i > 0 && bytes.Count > 1; i--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place));
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, Math.Min(random.Next(1, 30), bytes.Count - place)));
                    break;
                default:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
            }
        }
        return [.. bytes];
    }

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}
