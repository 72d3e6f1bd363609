//! Nothing: the models and the scripts are in `tests/agree` and `tests/nested`.
