using Microsoft.ML;
using Microsoft.ML.Data;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

internal enum LabelKind
{
    Number,
    Boolean,

    /// <summary>Class numbers as ML.NET wants them: keys that count from 1.</summary>
    Key,
}

/// <summary>Prepared rows as ML.NET's learners read them, without a copy.</summary>
internal sealed class MatrixView : IDataView
{
    public const string Features = "Features";
    public const string Label = "Label";
    public const string Weight = "Weight";

    private readonly FeatureMatrix _features;
    private readonly float[] _labels;
    private readonly float[]? _weights;

    /// <param name="classes">Number of classes for <see cref="LabelKind.Key"/>.</param>
    /// <param name="weights">How much rows count; without them there is no such column.</param>
    public MatrixView(FeatureMatrix features, float[] labels, LabelKind kind, int classes = 0, float[]? weights = null)
    {
        (_features, _labels, _weights) = (features, labels, weights);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Single, features.Columns));
        builder.AddColumn(Label, kind switch
        {
            LabelKind.Boolean => BooleanDataViewType.Instance,
            LabelKind.Key => new KeyDataViewType(typeof(uint), classes),
            _ => NumberDataViewType.Single,
        });
        if (weights is not null)
        {
            builder.AddColumn(Weight, NumberDataViewType.Single);
        }

        Schema = builder.ToSchema();
    }

    public MatrixView(LabeledMatrix rows, LabelKind kind, int classes = 0) : this(rows.Features, rows.Labels, kind, classes, rows.Weights)
    {
    }

    /// <summary>Name of the weight column that these rows have, for a learner's options.</summary>
    public static string? WeightOf(LabeledMatrix rows) => rows.Weights is null ? null : Weight;

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _features.Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(this, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly MatrixView _view;
        private readonly int[]? _order;
        private long _position = -1;

        public Cursor(MatrixView view, Random? random)
        {
            _view = view;
            if (random is not null)
            {
                _order = new int[view._features.Rows];
                for (var i = 0; i < _order.Length; i++)
                {
                    _order[i] = i;
                }

                random.Shuffle(_order);
            }
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => _view.Schema;

        private int Row => _order is null ? (int)_position : _order[_position];

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override bool MoveNext()
        {
            if (_position + 1 >= _view._features.Rows)
            {
                _position = -1;
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name switch
            {
                Features => (ValueGetter<VBuffer<float>>)GetFeatures,
                Weight => (ValueGetter<float>)((ref float weight) => weight = _view._weights![Row]),
                _ => column.Type switch
                {
                    BooleanDataViewType => (ValueGetter<bool>)((ref bool label) => label = _view._labels[Row] > 0.5f),
                    KeyDataViewType => (ValueGetter<uint>)((ref uint label) => label = (uint)_view._labels[Row] + 1),
                    _ => (ValueGetter<float>)((ref float label) => label = _view._labels[Row]),
                },
            };
            return (ValueGetter<TValue>)getter;
        }

        private void GetFeatures(ref VBuffer<float> features)
        {
            var editor = VBufferEditor.Create(ref features, _view._features.Columns);
            _view._features.Row(Row).CopyTo(editor.Values);
            features = editor.Commit();
        }
    }
}
