using System.Globalization;

namespace Amused.Training;

/// <summary>Whether encoded shards go with a model and a run's settings.</summary>
internal static class ShardMatch
{
    /// <exception cref="InvalidRequestException">They don't; the message says what differs and what to do.</exception>
    public static void ThrowIfOther(string folder, EncodedDataset data, TrainedModels models, TrainingConfig config, int resolution)
    {
        var (identity, parts) = (data.Identity, models.Models);
        Require(data.Resolution == resolution, $"its pictures have a side of {data.Resolution} pixels, the run one of {resolution}");
        Require(
            data.Text == EncodedText.TokenIds || !models.TextEncoder.IsTrained,
            "it holds the text tower's states, but the text tower is to be trained: encode the data set with --text ids for that");
        Require(
            !config.Loss.NeedsMasks || data.HasMasks,
            "its pictures have no masks, which a background weight is for: put them beside the pictures (fox.mask.png beside fox.jpg) and encode anew, or leave out --background-weight");
        var length = parts.Tokenizer.MaxLength.ToString(CultureInfo.InvariantCulture);
        Require(identity.Value(EncodingIdentity.TextLengthKey) == length, $"its captions have {identity.Value(EncodingIdentity.TextLengthKey)} tokens, the model's {length}");
        RequireSame(EncodingIdentity.TokenizerKey, "tokenizer", ModelHash.Of(parts.Tokenizer));
        RequireSame(EncodingIdentity.VqKey, "VQGAN", ModelHash.OfVq(parts.Folder.ComponentPath(Component.Vqvae), config.Model.Variant));
        if (data.Text == EncodedText.States)
            RequireSame(EncodingIdentity.TextTowerKey, "text tower", ModelHash.OfTextTower(parts.Folder.ComponentPath(Component.TextEncoder), config.Model.Variant));

        void RequireSame(string key, string what, string hash) =>
            Require(identity.Value(key) == hash, $"it was encoded with another {what} than the model's: encode the data set anew with this model");

        void Require(bool isSo, string what)
        {
            if (!isSo)
                throw new InvalidRequestException($"{FileFault.Printable(folder)} doesn't go with this run: {what}");
        }
    }
}
