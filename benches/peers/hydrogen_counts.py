"""Counts the hydrogen collection straight from its table, knowing nothing of patnav's code.

Usage: python3 hydrogen_counts.py patents_meta.tsv[.gz]

Writes lines `kind<TAB>label<TAB>count` in order: what `cargo bench --bench cohort -- --hydrogen FILE` compares itself with.
Families are the distinct values of family_id. An application counts as 件 unless it is a validation: an Austrian number
that opens with E, a German one of twelve digits that opens with 50 or 60 (or of eight with 59, 60, 69), where the
family has a European application, or a Hong Kong registration where the family has any other member.
Rankings count each family once for each distinct name among its applicants.
An application can stand in two rows, written in two ways (TR2022006219, TR2022/006219): it counts once, with the family
and the applicants of its first row. States are those of rows.
"""

import collections
import csv
import gzip
import re
import sys

STATES = {
    "公开": "pending",
    "实质审查": "pending",
    "授权": "active",
    "权利恢复": "active",
    "部分无效": "active",
    "未缴年费": "inactive",
    "驳回": "inactive",
    "撤回": "inactive",
    "放弃": "inactive",
    "避重放弃": "inactive",
    "权利终止": "inactive",
    "申请终止": "inactive",
    "期限届满": "inactive",
    "全部撤销": "inactive",
    "全部无效": "inactive",
    "进入国家阶段-PCT有效期满": "pct_over",
    "未进入国家阶段-PCT有效期满": "pct_over",
    "进入国家阶段-PCT有效期内": "pct_open",
    "未进入国家阶段-PCT有效期内": "pct_open",
}


def is_validation(number):
    office, serial = number[:2], number[2:].split(".")[0]
    if office == "HK":
        return True
    if office == "AT":
        return serial.startswith("E")
    if office == "DE" and serial.isdigit():
        return bool(re.fullmatch(r"(50|60)\d{10}|(59|60|69)\d{6}", serial))
    return False


def main():
    path = sys.argv[1]
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    applications = collections.defaultdict(list)
    for row in rows:
        applications[re.sub("[^A-Z0-9]", "", row["application_no"].upper())].append(row)
    families = collections.defaultdict(list)
    for same in applications.values():
        families[same[0]["family_id"].strip()].append(same[0])

    out = collections.Counter()
    out["records", "all"] = len(rows)
    out["families", "all"] = len(families)
    for members in families.values():
        own = [row for row in members if not is_validation(row["application_no"])]
        has_ep = any(row["application_no"][:2] == "EP" for row in own)
        validations = [row for row in members if is_validation(row["application_no"])]
        joined = [row for row in validations if has_ep or (own and row["application_no"][:2] == "HK")]
        out["applications", "all"] += len(members) - len(joined)
        names = set()
        for row in members:
            parts = [" ".join(name.split()) for name in row["applicants"].split("; ")]
            # A name is more than punctuation.
            names.update(name for name in parts if any(letter.isalnum() for letter in name))
        for name in names:
            out["applicant", name] += 1
        for office in {row["application_no"][:2] for row in (own or members)}:
            out["office", office] += 1
    for row in rows:
        out["state", STATES.get(row["legal_status"].strip(), "undetermined")] += 1

    applicants = sorted((-n, name) for (kind, name), n in out.items() if kind == "applicant")
    for (kind, label), n in sorted(out.items()):
        if kind != "applicant":
            print(f"{kind}\t{label}\t{n}")
    print(f"applicants\tall\t{len(applicants)}")
    for n, name in applicants[:200]:
        print(f"applicant\t{name}\t{-n}")


main()
