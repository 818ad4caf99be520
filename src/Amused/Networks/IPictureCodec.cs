using Amused.Images;
using Amused.Sampling;

namespace Amused.Networks;

/// <summary>Pictures to tokens and back.</summary>
internal interface IPictureCodec
{
    /// <summary>A picture's tokens.</summary>
    /// <param name="picture">Its sides are multiples of the factor.</param>
    TokenGrid Encode(RgbImage picture);

    /// <summary>Tokens' picture: numbers in [0, 1], height × width × 3 in row-major order.</summary>
    /// <param name="tokens">Codes, without mask tokens.</param>
    float[] Decode(TokenGrid tokens);
}
