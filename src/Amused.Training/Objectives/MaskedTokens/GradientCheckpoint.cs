using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Trades time for memory (Chen et al., 2016): a function that is run through <see cref="Run(Func{Tensor[], Tensor}, Tensor[])"/> keeps its inputs
/// only, not what stands between, and is computed again when its gradients are wanted. Gradients are the same.
/// </summary>
/// <remarks>
/// <para>
/// Gradients of parameters inside the function are added to the parameters directly, so <c>autograd.grad</c> with respect to them does not see them; they
/// must be leaves. Random draws from the default CPU generator come out the same at the second computation; draws from other generators do not.
/// </para>
/// <para>
/// An exception cannot pass through libtorch's backward pass: one that is thrown by the second computation is kept, and thrown by
/// <see cref="ThrowIfFailed"/>, which is to be called after each backward pass.
/// </para>
/// </remarks>
internal sealed class GradientCheckpoint : IDisposable
{
    /// <summary>
    /// After how many computations the heap's free pages are given back. What is kept lies between what is freed, so that without this the pages of a full-size
    /// network's holes would come to more than twice what is in use (1.5 GB for 0.4, batch 4); done this rarely it takes no time that can be measured.
    /// </summary>
    private const int RunsPerTrim = 4;

    // Makes libtorch ask for the function's gradients also where only parameters inside it have some.
    private readonly Tensor anchor = zeros(1).requires_grad_().DetachFromDisposeScope();

    // libtorch takes its own hold on returned gradients after the call that returns them; they are freed by the next one.
    private readonly List<Tensor> returned = [];
    private Exception? failure;
    private int runs;

    /// <summary>Runs a function.</summary>
    /// <param name="function">Computes one tensor from the inputs and, perhaps, from parameters; called again in the backward pass with other tensors of the same values.</param>
    /// <param name="inputs">What gradients flow through.</param>
    /// <returns>The function's result. Where no gradients are asked for, it is simply called.</returns>
    public Tensor Run(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        if (!is_grad_enabled())
            return function(inputs);
        using var scope = NewDisposeScope();
        return Recomputed.apply([new Call(this, function), anchor, .. inputs]).MoveToOuterDisposeScope();
    }

    /// <summary>Throws what a second computation threw during the last backward pass.</summary>
    /// <exception cref="InvalidOperationException">One failed, so gradients are incomplete; the inner exception says why.</exception>
    public void ThrowIfFailed()
    {
        if (Interlocked.Exchange(ref failure, null) is { } cause)
            throw new InvalidOperationException("A part of the network could not be computed again for its gradients.", cause);
    }

    /// <summary>Frees what is kept. No backward pass may follow.</summary>
    public void Dispose()
    {
        FreeReturned();
        anchor.Dispose();
    }

    private void CountRun()
    {
        if (++runs % RunsPerTrim == 0)
            NativeHeap.ReturnFreePages();
    }

    private void FreeReturned()
    {
        returned.ForEach(gradient => gradient.Dispose());
        returned.Clear();
    }

    /// <summary>One run of a function, and the state of the random numbers before it.</summary>
    private sealed class Call(GradientCheckpoint owner, Func<Tensor[], Tensor> function)
    {
        private byte[] randomState = [];

        public Tensor First(Tensor[] inputs)
        {
            using (var generator = Generator.Default)
            using (var state = generator.get_state())
                randomState = state.bytes.ToArray();
            var output = function(inputs);
            owner.CountRun();
            return output;
        }

        /// <summary>The gradients of the inputs; those of parameters are added to them.</summary>
        public List<Tensor?> Gradients(IReadOnlyList<Tensor> saved, Tensor gradient)
        {
            owner.FreeReturned();
            List<Tensor?> gradients = [.. saved.Select(_ => null as Tensor)];
            try
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = [.. saved.Select(input => input.detach().requires_grad_(input.requires_grad))];
                var output = Again(inputs);
                if (output.requires_grad)
                    autograd.backward(output, gradient);
                for (var i = 0; i < inputs.Length; i++)
                    gradients[i] = inputs[i].grad?.DetachFromDisposeScope();
            }
            catch (Exception cause)
            {
                owner.failure = cause;
            }
            owner.CountRun();
            owner.returned.AddRange(gradients.OfType<Tensor>());
            return gradients;
        }

        private Tensor Again(Tensor[] inputs)
        {
            // get_rng_state and set_rng_state leave the generator to the garbage collector, which may free it while libtorch reads it.
            using var generator = Generator.Default;
            using var present = generator.get_state();
            using var past = tensor(randomState);
            generator.set_state(past);
            try
            {
                using var grad = enable_grad();
                return function(inputs);
            }
            finally
            {
                generator.set_state(present);
            }
        }
    }

    private sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
    {
        public override string Name => nameof(Recomputed);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            Tensor[] inputs = [.. arguments.Skip(2).Cast<Tensor>()];
            context.save_for_backward([.. inputs]);
            context.save_data(nameof(Call), arguments[0]);
            return ((Call)arguments[0]).First(inputs);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            using var owned = gradient;
            var saved = context.get_saved_variables();
            try
            {
                // The call itself and the anchor get none.
                return [null!, null!, .. ((Call)context.get_data(nameof(Call))).Gradients(saved, gradient).Select(one => one!)];
            }
            finally
            {
                saved.ForEach(input => input.Dispose());
            }
        }
    }
}
