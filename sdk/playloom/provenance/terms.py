"""What a file discloses of its origin, in the words that stores, photo tools and browsers read.

The terms are those of IPTC's vocabulary of digital source types
(https://cv.iptc.org/newscodes/digitalsourcetype/). A picture carries the term as XMP, which is what
"machine-readable" means to most readers of pictures.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

SourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]

TRAINED: SourceType = "trainedAlgorithmicMedia"  # by a trained model
COMPOSITE: SourceType = "compositeWithTrainedAlgorithmicMedia"  # in part by a trained model
ALGORITHMIC: SourceType = "algorithmicMedia"  # by an algorithm that learnt from no sampled data
HUMAN_EDITS = "humanEdits"  # what people did to it afterwards, without generative tools
SOURCE_TYPES: tuple[SourceType, ...] = get_args(SourceType)

_SHARED_WORDS = "shared-words"  # chooses a quest's lines by words that they share: a program, not a model
XMP_KEYWORD = "XML:com.adobe.xmp"  # of the text chunk in a PNG
_CODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def source_uri(term: str) -> str:
    """Return the address that stands for a term in metadata."""
    return _CODES + term


def source_term(text: str) -> SourceType | None:
    """Return the first term of ours whose address stands in ``text``, or None."""
    _, found, rest = text.partition(_CODES)
    return next((term for term in SOURCE_TYPES if found and rest.startswith(term)), None)


def source_type_of(evidence: Mapping[str, Any]) -> SourceType:
    """Return the term for a content, by its evidence as JSON-ready data.

    A quest tells whose words its lines are: without any of a model it is a program's work, put together from
    scripts. Whatever else names a model package was proposed by it.
    """
    details = evidence.get("details")
    told = details.get("model") if isinstance(details, Mapping) else None
    if isinstance(told, Mapping):  # a quest for which a model, or that program, was asked
        sources = evidence.get("sources")
        used = [name for name, lines in sources.items() if lines] if isinstance(sources, Mapping) else []
        if told.get("refused") or told.get("package") == _SHARED_WORDS:
            return ALGORITHMIC
        return TRAINED if used == ["model"] else COMPOSITE
    return TRAINED if "package_hash" in evidence else ALGORITHMIC


def xmp(source_type: SourceType) -> str:
    """Return the XMP packet of a picture: its digital source type and the tool, nothing else."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmp:CreatorTool="Playloom" '
        f'Iptc4xmpExt:DigitalSourceType="{source_uri(source_type)}"/></rdf:RDF></x:xmpmeta>'
    )
