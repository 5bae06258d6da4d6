using System.Diagnostics;
using Engine;
using static Engine.Ops;

namespace Samples;

/// <summary>What a training run gives.</summary>
/// <param name="Weights">The trained parameters.</param>
/// <param name="Losses">Mean training loss of each epoch.</param>
/// <param name="Test">The images that training never saw.</param>
/// <param name="Predictions">What the network sees in them.</param>
/// <param name="Seconds">Time of training.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
internal sealed record Result(
    NDArray[] Weights, double[] Losses, DigitsData Test, int[] Predictions, double Seconds, double ImagesPerSecond)
{
    public double Accuracy => Predictions.Zip(Test.Labels).Count(p => p.First == p.Second) / (double)Test.Count;
}

/// <summary>Trains the network with the engine's own gradients.</summary>
internal static class Training
{
    // Chosen on 288 of the training images, over eight splits of them.
    const int Batch = 128;
    const double Rate = 3e-3;
    const double Decay = 0.1;
    const double Noise = 0.15;

    public const int Epochs = 150;

    /// <param name="data">All images.</param>
    /// <param name="seed">Draws the split, the weights, the batches and the noise.</param>
    /// <param name="progress">Called after each epoch with its number, from 1, and its mean loss.</param>
    /// <param name="epochs">How often each training image is seen.</param>
    public static Result Run(DigitsData data, long seed, Action<int, double> progress, int epochs = Epochs)
    {
        // Four of five, rounded up: 1,438 of the 1,797.
        int trainingImages = (data.Count * 4 + 4) / 5;
        var (splitKey, key) = new RandomKey(seed).Split();
        (key, var weightKey) = key.Split();
        var order = Shuffle(splitKey, data.Count);
        var training = data.At(order[..trainingImages]);
        var test = data.At(order[trainingImages..]);
        NDArray x = Images(training);
        NDArray y = NDArray.From(training.Labels);
        var w = Network.Create(weightKey);
        var optimizer = new AdamW(w, Decay);
        var lossAndGradient = ValueAndGrad<NDArray[]>(Network.Loss);

        var losses = new double[epochs];
        int stepsPerEpoch = trainingImages / Batch;
        var watch = Stopwatch.StartNew();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            (key, var shuffleKey) = key.Split();
            var shuffled = Shuffle(shuffleKey, trainingImages);
            for (int step = 0; step < stepsPerEpoch; step++)
            {
                (key, var noiseKey) = key.Split();
                NDArray batch = NDArray.From(shuffled[(step * Batch)..((step + 1) * Batch)]);
                var (loss, gradient) = lossAndGradient(w, x[batch] + Noise * noiseKey.Normal([Batch, DigitsData.Pixels]), y[batch]);
                double done = (epoch * stepsPerEpoch + step) / (double)(epochs * stepsPerEpoch);
                optimizer.Update(w, gradient, Rate * 0.5 * (1 + Math.Cos(Math.PI * done)));
                Eval([loss, .. w, .. optimizer.State]);
                losses[epoch] += loss.Item<float>() / stepsPerEpoch;
            }
            progress(epoch + 1, losses[epoch]);
        }
        double seconds = watch.Elapsed.TotalSeconds;
        int[] predictions = Network.Predict(w, Images(test)).AsType(DType.Int32).ToArray<int>();
        return new Result(w, losses, test, predictions, seconds, epochs * stepsPerEpoch * Batch / seconds);
    }

    /// <summary>Images as an array of pixels from 0 to 1.</summary>
    public static NDArray Images(DigitsData data) => NDArray.From(data.Images, [data.Count, DigitsData.Pixels]) / 16;

    static int[] Shuffle(RandomKey key, int count)
    {
        var draws = key.Uniform([count]).ToArray<float>();
        int[] order = [.. Enumerable.Range(0, count)];
        Array.Sort(draws, order);
        return order;
    }
}
