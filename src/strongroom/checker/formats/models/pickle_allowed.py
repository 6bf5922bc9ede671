"""The names a pickle may hold: building blocks of data and models. Every other name counts as code."""

import re

_PLAIN = {
    "builtins": "set frozenset list dict tuple int float complex str bytes bytearray bool slice range object",
    "__builtin__": "set frozenset list dict tuple int float complex str unicode bytearray bool slice xrange "
    "object",
    "copyreg": "_reconstructor __newobj__",
    "copy_reg": "_reconstructor __newobj__",
    "_codecs": "encode",
    "collections": "OrderedDict defaultdict Counter deque ChainMap",
    "datetime": "datetime date time timedelta timezone",
    "zoneinfo": "ZoneInfo._unpickle ZoneInfo",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "uuid": "UUID SafeUUID",
    "types": "SimpleNamespace",
    "functools": "partial",
    "operator": "itemgetter",
    "joblib.numpy_pickle": "NumpyArrayWrapper NDArrayWrapper",
    "numpy": "ndarray dtype matrix recarray record datetime64 timedelta64 bool_ bool object_ str_ bytes_ "
    "void int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble complex64 "
    "complex128 intc intp uintc uintp longlong ulonglong mean median log log1p exp expm1 sqrt",
    "numpy.random": "RandomState Generator",
    "numpy.random.mtrand": "RandomState",
    "pandas._libs.internals": "_unpickle_block BlockPlacement BlockValuesRefs",
    "pandas.core.internals.blocks": "new_block",
    "pandas.core.indexes.base": "_new_Index Index",
    "pandas.core.indexes.datetimes": "_new_DatetimeIndex DatetimeIndex",
    "pandas.core.indexes.period": "_new_PeriodIndex PeriodIndex",
    "pandas._libs.tslibs.timestamps": "_unpickle_timestamp Timestamp",
    "pandas._libs.tslibs.timedeltas": "_timedelta_unpickle Timedelta",
    "pyarrow.lib": "chunked_array _restore_array py_buffer type_for_alias string large_string",
    "scipy._lib.array_api_compat.numpy._aliases": "asarray",
    "scipy.special": "expit logit",
    "sklearn.cluster._kmeans": "_kmeans_single_lloyd _kmeans_single_elkan",
    "sklearn.feature_selection._univariate_selection": "f_classif f_regression chi2 r_regression",
    "torch._utils": "_rebuild_tensor_v2 _rebuild_tensor _rebuild_parameter _rebuild_parameter_with_state",
    "torch": "Size dtype device float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 bool",
    "torch.serialization": "_get_layout",
    "torch.storage": "UntypedStorage TypedStorage",
}
_NAMES = {f"{module}.{name}" for module, names in _PLAIN.items() for name in names.split()}
# Classes, and what compiled classes are restored with; functions in these packages are not allowed.
_CLASSES = re.compile(
    r"(?:sklearn|pandas|pandas\.arrays|scipy\.sparse|scipy\.stats|scipy\.interpolate|pandas\.core|pandas\._libs|pandas\.tseries"
    r"|numpy\.ma|numpy\.random|xgboost|lightgbm|catboost|statsmodels|patsy|formulaic|lifelines|sksurv|imblearn"
    r"|hdbscan|umap|pygam|glum|torch\.nn|torch\.optim)(?:\.\w+)*"
    r"\.(?:_?[A-Z]\w*|__pyx_unpickle_\w+|newObj|(?:cs[rc]|coo|lil|dok|dia|bsr)_(?:matrix|array)|rv_frozen)"
)
_ARRAYS = re.compile(
    r"numpy\.(?:_?core)\.(?:multiarray\.(?:_reconstruct|scalar)|numeric\._frombuffer)"
    r"|numpy\.random\._pickle\.__(?:randomstate|generator|bit_generator)_ctor"
    r"|torch\.(?:Float|Double|Half|BFloat16|Long|Int|Short|Char|Byte|Bool)Storage"
)


def allowed(name: str) -> bool:
    """Return whether a name stands for data or for a class that only holds some."""
    return name in _NAMES or bool(_ARRAYS.fullmatch(name) or _CLASSES.fullmatch(name))
