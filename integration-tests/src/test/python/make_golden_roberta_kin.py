"""Makes the golden files for XLM-RoBERTa and CamemBERT, which are RoBERTa under other names.

    venv/bin/python make_golden_roberta_kin.py

Sizes, batches and mistakes are those of make_golden_roberta.py.
"""

from transformers import (
    CamembertConfig,
    CamembertForMaskedLM,
    CamembertForSequenceClassification,
    CamembertModel,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
    XLMRobertaForSequenceClassification,
    XLMRobertaModel,
)

from golden_cases import Case, Family, main
from make_golden_roberta import CLASSES, SIZES, inputs, mistakes, targets

KIN = {
    "xlm-roberta": (
        XLMRobertaConfig,
        [
            Case("mlm", 21, XLMRobertaForMaskedLM),
            Case("base", 22, XLMRobertaModel),
            Case("classification", 23, XLMRobertaForSequenceClassification, dict(num_labels=CLASSES)),
        ],
    ),
    "camembert": (
        CamembertConfig,
        [
            Case("mlm", 31, CamembertForMaskedLM),
            Case("mlm-untied", 32, CamembertForMaskedLM, dict(tie_word_embeddings=False)),
            Case("base", 34, CamembertModel),
            Case("classification", 33, CamembertForSequenceClassification, dict(num_labels=CLASSES)),
        ],
    ),
}

if __name__ == "__main__":
    for name, (config_class, cases) in KIN.items():
        main(Family(name, cases, lambda case, c=config_class: c(**SIZES, **case.config), inputs, targets, mistakes))
