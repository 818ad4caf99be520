using System.Numerics;

namespace Amused.Networks.Kernels;

/// <summary>
/// Group norm and, if asked, SiLU over one sample in channels-last order, forward and backward, in one go: libtorch's own backward of a
/// group norm knows no such order, and took as long as the convolution beside it.
/// </summary>
/// <param name="rows">Places of the sample.</param>
/// <param name="channels">Channels, a multiple of the vectors' width.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="eps">Keeps the deviation from 0.</param>
/// <param name="silu">Whether SiLU follows.</param>
internal sealed unsafe class GroupNormKernel(int rows, int channels, int groups, double eps, bool silu)
{
    private static int Width => Vector<float>.Count;

    /// <summary>Normalises a sample.</summary>
    /// <param name="x">Input, [rows, channels].</param>
    /// <param name="y">Output, the same shape.</param>
    /// <param name="weight">[channels].</param>
    /// <param name="bias">[channels].</param>
    /// <param name="mean">Receives the mean of each channel's group, [channels].</param>
    /// <param name="inverse">Receives 1 / deviation, [channels].</param>
    public void Forward(float* x, float* y, float* weight, float* bias, float* mean, float* inverse)
    {
        Measure(x, mean, inverse);
        float* scale = stackalloc float[channels], shift = stackalloc float[channels];
        Line(weight, bias, mean, inverse, scale, shift);
        for (var row = 0; row < rows; row++, x += channels, y += channels)
        {
            for (var c = 0; c < channels; c += Width)
            {
                var u = Vector.Load(x + c) * Vector.Load(scale + c) + Vector.Load(shift + c);
                Vector.Store(silu ? u * Sigmoid(u) : u, y + c);
            }
        }
    }

    /// <summary>Takes the gradient of the output to those of input, weight and bias.</summary>
    /// <param name="x">Input, [rows, channels].</param>
    /// <param name="g">The output's gradient, the same shape.</param>
    /// <param name="dx">Receives the input's gradient, the same shape.</param>
    /// <param name="weight">[channels].</param>
    /// <param name="bias">[channels].</param>
    /// <param name="mean">As <see cref="Forward"/> gave it.</param>
    /// <param name="inverse">As <see cref="Forward"/> gave it.</param>
    /// <param name="dWeight">Receives this sample's part of the weight's gradient, [channels].</param>
    /// <param name="dBias">Receives this sample's part of the bias's gradient, [channels].</param>
    public void Backward(float* x, float* g, float* dx, float* weight, float* bias, float* mean, float* inverse, float* dWeight,
        float* dBias)
    {
        BackThroughActivation(x, g, dx, weight, bias, mean, inverse, dWeight, dBias);
        // With n = (x − mean)·inverse: dx = inverse·(w·g − mean(w·g) − n·mean(w·g·n)), means over the group.
        float* own = stackalloc float[channels], slope = stackalloc float[channels], constant = stackalloc float[channels];
        var size = channels / groups;
        for (var group = 0; group < groups; group++)
        {
            double sum = 0, product = 0;
            for (var c = group * size; c < (group + 1) * size; c++)
            {
                sum += weight[c] * dBias[c];
                product += weight[c] * dWeight[c];
            }
            var count = (double)rows * size;
            for (var c = group * size; c < (group + 1) * size; c++)
            {
                own[c] = inverse[c] * weight[c];
                slope[c] = (float)(-inverse[c] * inverse[c] * product / count);
                constant[c] = (float)(-inverse[c] * sum / count) - slope[c] * mean[c];
            }
        }
        for (var row = 0; row < rows; row++, x += channels, dx += channels)
        {
            for (var c = 0; c < channels; c += Width)
                Vector.Store(Vector.Load(dx + c) * Vector.Load(own + c) + Vector.Load(x + c) * Vector.Load(slope + c) + Vector.Load(
                    constant + c), dx + c);
        }
    }

    /// <summary>The gradient before the activation into <paramref name="dx"/>, and its sums.</summary>
    private void BackThroughActivation(float* x, float* g, float* dx, float* weight, float* bias, float* mean, float* inverse,
        float* dWeight, float* dBias)
    {
        float* scale = stackalloc float[channels], shift = stackalloc float[channels];
        Line(weight, bias, mean, inverse, scale, shift);
        new Span<float>(dWeight, channels).Clear();
        new Span<float>(dBias, channels).Clear();
        for (var row = 0; row < rows; row++, x += channels, g += channels, dx += channels)
        {
            for (var c = 0; c < channels; c += Width)
            {
                var (value, gradient) = (Vector.Load(x + c), Vector.Load(g + c));
                if (silu)
                {
                    var u = value * Vector.Load(scale + c) + Vector.Load(shift + c);
                    var sigmoid = Sigmoid(u);
                    gradient *= sigmoid * (Vector<float>.One + u * (Vector<float>.One - sigmoid));
                }
                Vector.Store(gradient, dx + c);
                Vector.Store(Vector.Load(dBias + c) + gradient, dBias + c);
                Vector.Store(Vector.Load(dWeight + c) + gradient * (value - Vector.Load(mean + c)), dWeight + c);
            }
        }
        for (var c = 0; c < channels; c++)
            dWeight[c] *= inverse[c];
    }

    private void Measure(float* x, float* mean, float* inverse)
    {
        var sums = stackalloc float[channels];
        Sum(x, null, sums);
        Spread(sums, sum => (float)sum, mean);
        Sum(x, mean, sums);
        Spread(sums, sum => (float)(1 / Math.Sqrt(sum + eps)), inverse);
    }

    /// <summary>Each channel's sum, or that of the squares of what it is off a centre.</summary>
    private void Sum(float* x, float* centre, float* sums)
    {
        new Span<float>(sums, channels).Clear();
        for (var row = 0; row < rows; row++, x += channels)
        {
            for (var c = 0; c < channels; c += Width)
            {
                var value = Vector.Load(x + c);
                if (centre is not null)
                {
                    value -= Vector.Load(centre + c);
                    value *= value;
                }
                Vector.Store(Vector.Load(sums + c) + value, sums + c);
            }
        }
    }

    /// <summary>Gives each channel something of its group's mean.</summary>
    private void Spread(float* sums, Func<double, float> value, float* target)
    {
        var size = channels / groups;
        for (var group = 0; group < groups; group++)
        {
            double sum = 0;
            for (var c = group * size; c < (group + 1) * size; c++)
                sum += sums[c];
            new Span<float>(target + group * size, size).Fill(value(sum / ((double)rows * size)));
        }
    }

    /// <summary>The norm as one line for each channel: scale·x + shift.</summary>
    private void Line(float* weight, float* bias, float* mean, float* inverse, float* scale, float* shift)
    {
        for (var c = 0; c < channels; c++)
        {
            scale[c] = weight[c] * inverse[c];
            shift[c] = bias[c] - mean[c] * scale[c];
        }
    }

    private static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Vector.Exp(-x));
}
