namespace Engine.Internal;

internal enum ShownKind { Open, Close, Separator, Ellipsis, Element }

/// <summary>
/// A step of printing an array: what, in which axis, and for an element where it is in bytes from element 0.
/// </summary>
internal readonly record struct ShownPart(ShownKind Kind, int Depth, long Offset);

/// <summary>
/// Walks the brackets and elements of an array in order. An axis longer than twice the edge shows only its two ends.
/// </summary>
internal readonly struct ShownParts(long[] shape, long[] strides, long edge)
{
    public Enumerator GetEnumerator() => new(shape, strides, edge);

    /// <summary>Keeps its place in each axis, so that depth costs no stack.</summary>
    public struct Enumerator(long[] shape, long[] strides, long edge)
    {
        enum Next { Enter, Item, AfterItem, AfterEllipsis, Done }

        readonly long[] _at = new long[shape.Length];
        int _depth;
        bool _pendingEllipsis;
        long _offset;
        Next _next = shape.Length == 0 ? Next.Item : Next.Enter;

        public ShownPart Current { get; private set; }

        public bool MoveNext()
        {
            switch (_next)
            {
                case Next.Done:
                    return false;
                case Next.Enter:
                    _at[_depth] = 0;
                    _next = shape[_depth] == 0 ? Next.AfterItem : Down();
                    return Show(ShownKind.Open, _depth - (_next == Next.Enter ? 1 : 0));
                case Next.Item:
                    _next = shape.Length == 0 ? Next.Done : Next.AfterItem;
                    return Show(ShownKind.Element, _depth);
                case Next.AfterEllipsis:
                    _next = Down();
                    return Show(ShownKind.Separator, _depth - (_next == Next.Enter ? 1 : 0));
                default:
                    return Advance();
            }
        }

        // To the elements of the last axis, or into the next axis.
        Next Down()
        {
            if (_depth == shape.Length - 1) { return Next.Item; }
            _depth++;
            return Next.Enter;
        }

        bool Advance()
        {
            long n = shape[_depth];
            bool cut = n > edge && n - edge > edge;
            if (_pendingEllipsis)
            {
                _pendingEllipsis = false;
                Move(n - edge);
                _next = Next.AfterEllipsis;
                return Show(ShownKind.Ellipsis, _depth);
            }
            if (_at[_depth] + 1 >= n)
            {
                Move(0);
                int closed = _depth--;
                _next = _depth < 0 ? Next.Done : Next.AfterItem;
                return Show(ShownKind.Close, closed);
            }
            if (cut && _at[_depth] + 1 == edge)
            {
                _pendingEllipsis = true;
                return Show(ShownKind.Separator, _depth);
            }
            Move(_at[_depth] + 1);
            int depth = _depth;
            _next = Down();
            return Show(ShownKind.Separator, depth);
        }

        void Move(long to)
        {
            _offset += (to - _at[_depth]) * strides[_depth];
            _at[_depth] = to;
        }

        bool Show(ShownKind kind, int depth)
        {
            Current = new ShownPart(kind, depth, _offset);
            return true;
        }
    }
}
