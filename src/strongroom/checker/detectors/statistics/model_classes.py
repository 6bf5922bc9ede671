"""Classes of models that keep training rows, by measurement and by their documentation.

164 scikit-learn estimators were fitted on 200 rows of unique numbers, and the fitted objects searched for
them: those named here kept at least a tenth of the numbers, or one label, score or embedding per row.
"""

import re

# fmt: off
_SKLEARN = {
    "AffinityPropagation", "AgglomerativeClustering", "BallTree", "BallTree32", "BallTree64", "Birch",
    "BisectingKMeans", "DBSCAN", "GaussianProcessClassifier", "GaussianProcessRegressor", "HDBSCAN", "Isomap",
    "IsotonicRegression", "KDTree", "KDTree32", "KDTree64", "KMeans", "KNNImputer", "KNeighborsClassifier",
    "KNeighborsRegressor", "KNeighborsTransformer", "KernelDensity", "KernelPCA", "KernelRidge",
    "LabelPropagation", "LabelSpreading", "LocalOutlierFactor", "LocallyLinearEmbedding", "MDS", "MeanShift",
    "MiniBatchKMeans", "MultiLabelBinarizer", "NearestNeighbors", "NuSVC", "NuSVR", "Nystroem", "OPTICS",
    "OneClassSVM", "QuantileTransformer", "RadiusNeighborsClassifier", "RadiusNeighborsRegressor",
    "RadiusNeighborsTransformer", "SVC", "SVR", "SpectralClustering", "SpectralEmbedding", "TSNE", "UMAP",
}
_OTHERS = {
    # lifelines and scikit-survival keep event times, statsmodels whatever it was given
    "AalenAdditiveFitter", "AalenJohansenFitter", "BreslowFlemingHarringtonFitter", "CoxPHFitter",
    "CoxTimeVaryingFitter", "KaplanMeierFitter", "NelsonAalenFitter", "WeibullAFTFitter",
    "LogNormalAFTFitter", "LogLogisticAFTFitter", "CoxPHSurvivalAnalysis", "BreslowEstimator",
    "FastSurvivalSVM", "FastKernelSurvivalSVM", "DMatrix", "QuantileDMatrix",
    # ONNX's operators for such models
    "SVMClassifier", "SVMRegressor",
    # R's mixed models, which keep their model frame in a slot
    "lmerMod", "glmerMod", "lmerModLmerTest", "merMod", "ksvm", "stanfit",
}
_R_COMPONENTS = {
    "residuals", "fitted.values", "fitted", "model", "effects", "qr", "linear.predictors", "y", "x", "data",
    "frame", "weights", "prior.weights", "na.action", "predicted", "votes", "oob.times", "scores", "cluster",
    "order", "decision.values", "SV", "learn", "trainingData", "pred", "where", "distance", "imp",
}
# fmt: on
_DRAWINGS = {"ggplot", "gg"}  # their data may be the figure's few numbers, and are judged as a table
_KEEPING = _SKLEARN | _OTHERS
_STATSMODELS = re.compile(r"statsmodels\..*(?:Results|ResultsWrapper|PandasData|ModelData)")


def keeps_rows(name: str) -> bool:
    """Tell whether a class keeps training rows: "sklearn.svm._classes.SVC", or "lm$residuals" for R."""
    full_name, _, component = name.partition("$")
    if component:
        return component in _R_COMPONENTS and full_name not in _DRAWINGS
    return full_name.rpartition(".")[2] in _KEEPING or bool(_STATSMODELS.fullmatch(full_name))
