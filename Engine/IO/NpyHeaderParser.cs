using System.Globalization;

namespace Engine.Internal.IO;

/// <summary>Reads the Python dictionary in the head of a .npy file: exactly three keys, in any order.</summary>
internal ref struct NpyHeaderParser(string op, ReadOnlySpan<char> text)
{
    const int MostAxes = 255;

    readonly ReadOnlySpan<char> _text = text;
    int _at;

    public NpyHeader Parse()
    {
        string? description = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr" when description is null: description = Description(); break;
                case "fortran_order" when fortran is null: fortran = Boolean(); break;
                case "shape" when shape is null: shape = Tuple(); break;
                default: throw Bad($"the key '{key}' is unknown or comes twice");
            }
            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }
        SkipSpace();
        if (_at != _text.Length) { throw Bad("something follows the dictionary"); }
        if (description is null || fortran is null || shape is null)
        {
            throw Bad("'descr', 'fortran_order' or 'shape' is missing");
        }
        char order = description.Length > 0 ? description[0] : ' ';
        bool ordered = order is '<' or '>' or '=' or '|';
        DType? dtype = NpyHeader.Parse(description.AsSpan(ordered ? 1 : 0));
        if (dtype is not DType known)
        {
            throw Errors.File(op,
                $"the file's elements are '{description}'. " +
                "Only bool, integers, floating point and complex numbers can be read.");
        }
        return new NpyHeader(known, shape, fortran.Value, order == '>' && known.Size > 1);
    }

    // A structured type is a list; it has no element type of ours.
    string Description()
    {
        SkipSpace();
        if (_at < _text.Length && _text[_at] == '[')
        {
            throw Errors.File(op, "the file's elements are records. " +
                "Only bool, integers, floating point and complex numbers can be read.");
        }
        return Quoted();
    }

    string Quoted()
    {
        SkipSpace();
        char quote = _at < _text.Length ? _text[_at] : ' ';
        if (quote is not ('\'' or '"')) { throw Bad("a quoted word is missing"); }
        int length = _text[(_at + 1)..].IndexOf(quote);
        if (length < 0) { throw Bad("a quoted word does not end"); }
        string word = _text.Slice(_at + 1, length).ToString();
        _at += length + 2;
        return word;
    }

    bool Boolean()
    {
        if (Word("True")) { return true; }
        return Word("False") ? false : throw Bad("'fortran_order' is neither True nor False");
    }

    long[] Tuple()
    {
        var lengths = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            if (lengths.Count == MostAxes) { throw Bad("the shape has too many axes"); }
            lengths.Add(Length());
            if (!Accept(','))
            {
                Expect(')');
                break;
            }
        }
        return [.. lengths];
    }

    long Length()
    {
        SkipSpace();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) { _at++; }
        if (!long.TryParse(_text[start.._at], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            throw Bad("a length is not a number from 0 to 9223372036854775807");
        }
        // Python 2 marked long integers.
        if (_at < _text.Length && _text[_at] == 'L') { _at++; }
        return length;
    }

    bool Word(string word)
    {
        SkipSpace();
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal)) { return false; }
        _at += word.Length;
        return true;
    }

    bool Accept(char c)
    {
        SkipSpace();
        if (_at == _text.Length || _text[_at] != c) { return false; }
        _at++;
        return true;
    }

    void Expect(char c)
    {
        if (!Accept(c)) { throw Bad($"'{c}' is missing"); }
    }

    void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r') { _at++; }
    }

    readonly FileDataException Bad(string what) => Errors.File(op,
        FormattableString.Invariant($"the head of the .npy file is malformed at character {_at}: {what}. ") +
        "Write the file again with NumPy or Save.");
}
