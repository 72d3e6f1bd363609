//! Nothing: the model and the scripts are in `tests/agree`.
