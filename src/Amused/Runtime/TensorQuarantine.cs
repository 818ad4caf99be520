using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>
/// Keeps tensors that the garbage collector found until libtorch has surely done with them.
/// </summary>
/// <remarks>
/// <para>
/// TorchSharp passes a tensor's bare address to libtorch, and from then on nothing may refer to the managed object any more: in
/// <c>(x + 2).square()</c> outside of a dispose scope the sum is garbage while libtorch squares it. A collection at that moment, which
/// any other thread can cause, has its finalizer free the memory that is being read: wrong numbers (69 of 4,605 such sums beside a
/// thread that collects), or a crash where the memory went back to the system (TorchSharp 0.107.0).
/// </para>
/// <para>
/// What the finalizer's thread frees therefore stays for <see cref="Stay"/>, until it frees something again, and for a shorter time
/// where more than the limit would be kept; what a program disposes of, itself or by a scope, goes at once. This library works in
/// scopes; the quarantine is for programs that use TorchSharp beside it.
/// </para>
/// </remarks>
internal static unsafe class TensorQuarantine
{
    /// <summary>How long: more than one operation takes.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromSeconds(5);

    // Of the finalizer's thread alone.
    private static readonly Queue<(nint Tensor, long Bytes, long Since)> kept = new();

    [ThreadStatic]
    private static bool isFinalizer;

    private static long limit;
    private static long bytes;
    private static Functions native;

    /// <summary>How many tensors are kept.</summary>
    public static int Count => kept.Count;

    /// <summary>How many bytes they have; memory that several of them share counts for each.</summary>
    public static long Bytes => Interlocked.Read(ref bytes);

    /// <summary>How many bytes a tensor holds in memory.</summary>
    /// <param name="tensor">Its handle.</param>
    public static long BytesHeldBy(nint tensor) => native.BytesOf(tensor);

    /// <summary>Starts it, before there is a tensor.</summary>
    /// <param name="libraries">TorchSharp's native half, and libtorch, whose C interface frees a tensor as TorchSharp does.</param>
    /// <param name="mostBytes">The most that is kept: the oldest go first, and a tensor that is larger by itself goes at once.</param>
    /// <returns>Why that isn't possible; null: it is done.</returns>
    public static string? Install(TorchLibraries libraries, long mostBytes)
    {
        if (!Functions.TryFind(libraries.TorchCpu, out native))
            return "this libtorch has no C interface to tensors";
        limit = mostBytes;
        MarkFinalizerThread();
        return NativeDetour.Place(libraries.TorchSharp, "THSTensor_dispose", (nint)(delegate* unmanaged<nint, void>)&Free);
    }

    private static void MarkFinalizerThread()
    {
        LeaveMark();
        GC.Collect(0);
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveMark() => _ = new Mark();

    [UnmanagedCallersOnly]
    private static void Free(nint tensor)
    {
        if (tensor == 0)
            return;
        if (!isFinalizer)
        {
            _ = native.Delete(tensor);
            return;
        }
        var (size, now) = (native.BytesOf(tensor), Environment.TickCount64);
        while (kept.TryPeek(out var oldest) && (bytes + size > limit || now - oldest.Since > Stay.TotalMilliseconds))
        {
            _ = native.Delete(kept.Dequeue().Tensor);
            bytes -= oldest.Bytes;
        }
        if (size > limit)
        {
            _ = native.Delete(tensor);
            return;
        }
        kept.Enqueue((tensor, size, now));
        bytes += size;
    }

    private sealed class Mark
    {
        ~Mark() => isFinalizer = true;
    }

    /// <summary>What libtorch's C interface says of a tensor.</summary>
    private readonly struct Functions
    {
        private readonly delegate* unmanaged<nint, int> delete;
        private readonly delegate* unmanaged<nint, byte*, int> isDefined;
        private readonly delegate* unmanaged<nint, int*, int> getLayout;
        private readonly delegate* unmanaged<nint, long*, int> getStorageSize;
        private readonly delegate* unmanaged<nint, long*, int> getCount;
        private readonly int strided;

        private Functions(ReadOnlySpan<nint> found)
        {
            delete = (delegate* unmanaged<nint, int>)found[0];
            isDefined = (delegate* unmanaged<nint, byte*, int>)found[1];
            getLayout = (delegate* unmanaged<nint, int*, int>)found[2];
            getStorageSize = (delegate* unmanaged<nint, long*, int>)found[3];
            getCount = (delegate* unmanaged<nint, long*, int>)found[4];
            strided = ((delegate* unmanaged<int>)found[5])();
        }

        public static bool TryFind(nint torchCpu, out Functions functions)
        {
            string[] names =
            [
                "aoti_torch_delete_tensor_object", "aoti_torch_is_defined", "aoti_torch_get_layout", "aoti_torch_get_storage_size",
                "aoti_torch_get_numel", "aoti_torch_layout_strided",
            ];
            var found = new nint[names.Length];
            for (var i = 0; i < names.Length; i++)
            {
                if (!NativeLibrary.TryGetExport(torchCpu, names[i], out found[i]))
                {
                    functions = default;
                    return false;
                }
            }
            functions = new(found);
            return true;
        }

        public int Delete(nint tensor) => delete(tensor);

        /// <summary>
        /// What a tensor holds in memory. A view holds all of what it is a view of; for tensors without plain memory (oneDNN's packed
        /// matrices, sparse ones) four bytes are counted for each number, which is about the most that they have.
        /// </summary>
        public long BytesOf(nint tensor)
        {
            byte defined;
            int layout;
            long size;
            if (isDefined(tensor, &defined) != 0 || defined == 0 || getLayout(tensor, &layout) != 0)
                return 0;
            if (layout == strided)
                return getStorageSize(tensor, &size) == 0 ? size : 0;
            return getCount(tensor, &size) == 0 ? size * sizeof(float) : 0;
        }
    }
}
