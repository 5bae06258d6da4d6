using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>One output row of a reduction in parts: aligned runs of leaves are subtrees of the rule's tree, so that joining their states gives the bits of the whole.</summary>
internal sealed unsafe class TreeJob : Job
{
    /// <summary>Elements that a part is worth at least.</summary>
    const long FewElements = 4096;

    readonly ReduceKernels kernels;
    readonly ReduceFeed? feed;
    readonly byte* states;
    readonly long run;
    ReduceJob whole;

    TreeJob(in ReduceKernels kernels, ReduceFeed? feed, in ReduceJob whole, long run, byte* states)
    {
        (this.kernels, this.feed, this.whole, this.run) = (kernels, feed, whole, run);
        this.states = states;
    }

    /// <summary>Runs a job with one outer position; several threads take part where it is large.</summary>
    /// <param name="kernels">Of the reduction.</param>
    /// <param name="feed">Where elements come from; null: from the job's memory.</param>
    /// <param name="job">The job.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="nanoseconds">What an element costs.</param>
    public static void Run(in ReduceKernels kernels, ReduceFeed? feed, ReduceJob* job, int size, double nanoseconds)
    {
        long width = ReduceJob.Width(job->Inner), leaf = 8 * width, elements = job->N * job->Inner;
        int parts = job->Outer == 1 && IsOneStrip(feed, job, size) ? Workers.Parts(elements * nanoseconds, job->N / Math.Max(leaf, Workers.Eager ? 0 : FewElements / job->Inner)) : 1;
        if (parts == 1)
        {
            Whole(kernels, feed, job);
            return;
        }
        long run = leaf;
        while ((job->N + run - 1) / run > parts) { run *= 2; }
        long runs = (job->N - 1) / run;
        using var states = new Scratch((runs + 1) * ReduceJob.StateBytes);
        Workers.Run(new TreeJob(kernels, feed, *job, run, states.Data), (int)runs + 1);
        kernels.Join(job, states.Data, (nint)runs);
    }

    static void Whole(in ReduceKernels kernels, ReduceFeed? feed, ReduceJob* job)
    {
        if (feed is null) { kernels.Run(job); }
        else { feed.Run(job); }
    }

    // A state is one strip wide.
    static bool IsOneStrip(ReduceFeed? feed, ReduceJob* job, int size)
    {
        if (job->N < 2 || feed is { IsOneAxis: false }) { return false; }
        if (job->Inner <= 32) { return true; }
        return job->Inner * size <= 2048 && (feed is not null || job->StrideI == size);
    }

    protected override void Run(int part)
    {
        ReduceJob job = whole;
        long first = part * run;
        job.First = (nint)first;
        job.N = (nint)Math.Min(run, whole.N - first);
        job.X = whole.X + (first * whole.StrideN);
        job.State = states + (part * (long)ReduceJob.StateBytes);
        job.Scratch = ThreadScratch.Current.Take(ReduceJob.ScratchBytes);
        Whole(kernels, feed is null ? null : new ReduceFeed(feed, first, job.N), &job);
    }
}
