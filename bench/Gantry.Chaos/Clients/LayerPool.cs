namespace Gantry.Chaos.Clients;

/// <summary>The layers that new images may share: the latest ones. For many threads.</summary>
internal sealed class LayerPool
{
    private const int Size = 96;

    private readonly Lock _gate = new();
    private readonly Layer?[] _layers = new Layer?[Size];
    private int _count;

    public void Add(Layer layer)
    {
        lock (_gate)
            _layers[_count++ % Size] = layer;
    }

    public Layer? Any(Dice dice)
    {
        lock (_gate)
            return _count == 0 ? null : _layers[dice.Below(Math.Min(_count, Size))];
    }
}
