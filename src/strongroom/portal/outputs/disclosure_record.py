"""The disclosure record of a release: an RO-Crate after the Five Safes profile 0.4, as one ZIP file.

It has the released copies, who asked, who checked (by role), under which policy and with which tools, and
the hashes of everything. The profile is Soiland-Reyes et al., Five Safes RO-Crate:
https://w3id.org/5s-crate/0.4.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from strongroom.checker import Report
from strongroom.clock import timestamp
from strongroom.portal.home import Home
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.outputs.settings import policy_of
from strongroom.portal.outputs.submission_models import Review, Submission

_PROFILE = "https://w3id.org/5s-crate/0.4"
_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/trustedresearch/ro-terms"]
_MOMENT = (1980, 1, 1, 0, 0, 0)  # fixed: the first that ZIP knows, so that equal records are equal bytes


def write_record(
    home: Home, submission: Submission, request: ReleaseRequest, *, report: Report, copies: Path,
    hashes: Mapping[str, str], reviews: Sequence[Review],
) -> bytes:  # fmt: skip
    """Return a release's ZIP file: `ro-crate-metadata.json`, `criteria.json` and the copies in `data/`."""
    criteria = _criteria(home, submission, request, report, reviews)
    crate = _crate(home, submission, request, copies=copies, hashes=hashes, reviews=reviews)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "ro-crate-metadata.json", _json(crate))
        _add(archive, "criteria.json", _json(criteria))
        for name in hashes:
            _add(archive, f"data/{name}", (copies / name).read_bytes())
    return out.getvalue()


def _criteria(
    home: Home, submission: Submission, request: ReleaseRequest, report: Report, reviews: Sequence[Review]
) -> dict[str, Any]:
    """Return what the release was decided by: SATRE 3.3.09, a machine-readable record of the criteria."""
    policy = policy_of(home)
    settings = {each.name: getattr(policy, each.name) for each in fields(policy) if each.repr}
    return {
        "tool": {"name": "strongroom", "version": version("strongroom")},
        "ledger": home.origin,
        "project": submission.project.slug,
        "submission": submission.pk,
        "request": request.pk,
        "policy": {"hash": report.policy_hash, "settings": settings},
        "verdict": report.verdict.value,
        "confidence": round(report.confidence, 3),
        "isolation": report.isolation,
        "files": [file.to_json() for file in report.files],
        "reviews": [{"role": "output checker", "done_at": timestamp(each.done_at)} for each in reviews],
        "checked_at": timestamp(request.checked_at),
        "released_at": timestamp(submission.released_at),
    }


def _crate(
    home: Home, submission: Submission, request: ReleaseRequest, *, copies: Path, hashes: Mapping[str, str],
    reviews: Sequence[Review],
) -> dict[str, Any]:  # fmt: skip
    files = [
        {
            "@id": f"data/{name}",
            "@type": "File",
            "name": name,
            "contentSize": (copies / name).stat().st_size,
            "sha256": sha256,
        }
        for name, sha256 in hashes.items()
    ]
    actions = [_check_action(request), _disclosure_action(submission, request, reviews)]
    people: list[dict[str, Any]] = [
        {"@id": "#institution", "@type": "Organization", "name": submission.project.institution.name},
        {
            "@id": "#requester",
            "@type": "Person",
            "name": submission.author.name,
            "affiliation": {"@id": "#institution"},
            "memberOf": [{"@id": "#project"}],
        },
        {"@id": "#project", "@type": "Project", "name": submission.project.slug},
        {"@id": "#environment", "@type": "Organization", "name": home.origin},
        {"@id": "#checkers", "@type": "Organization", "name": "Output checkers"},
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": submission.title,
        "description": submission.reason,
        "conformsTo": {"@id": _PROFILE},
        "datePublished": timestamp(submission.released_at),
        "license": "Released results; see the agreement of the project.",
        "sourceOrganization": {"@id": "#project"},
        "publisher": {"@id": "#environment"},
        "hasPart": [{"@id": "criteria.json"}, *({"@id": each["@id"]} for each in files)],
        "mentions": [{"@id": each["@id"]} for each in actions],
    }
    return {
        "@context": _CONTEXT,
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "about": {"@id": "./"},
            },
            root,
            {"@id": "criteria.json", "@type": "File", "name": "What the release was decided by"},
            *files,
            *people,
            *actions,
        ],
    }


def _check_action(request: ReleaseRequest) -> dict[str, Any]:
    """Return the automatic check as the profile's CheckValue."""
    return {
        "@id": "#check",
        "@type": "AssessAction",
        "additionalType": {"@id": "https://w3id.org/shp#CheckValue"},
        "name": f"Automatic check: {request.verdict}",
        "endTime": timestamp(request.checked_at),
        "object": {"@id": "./"},
        "instrument": {"@id": "criteria.json"},
        "agent": {"@id": "#environment"},
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _disclosure_action(
    submission: Submission, request: ReleaseRequest, reviews: Sequence[Review]
) -> dict[str, Any]:
    """Return the decision to release as the profile's DisclosureCheck."""
    last = max((each.done_at for each in reviews if each.done_at), default=request.checked_at)
    who = {"@id": "#checkers"} if reviews else {"@id": "#environment"}
    many = f"{len(reviews)} output checkers" if reviews else "the custodian's policy"
    return {
        "@id": "#disclosure",
        "@type": "AssessAction",
        "additionalType": {"@id": "https://w3id.org/shp#DisclosureCheck"},
        "name": f"Disclosure check of submission {submission.pk}: approved by {many}",
        "endTime": timestamp(last),
        "object": {"@id": "./"},
        "agent": who,
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode()
