"""Xapian, SQLite FTS5 and PostgreSQL on the tokens and questions that the bench `peers` left in a folder.

    apt-get install python3-xapian postgresql      # SQLite comes with Python
    python3 benches/peers/fulltext_bench.py DIR [xapian] [sqlite] [postgresql]

`tokens.tsv` holds a record a line: applicant, title words, abstract words, as patnav's analysis made them, with spaces
between; `questions.tsv` a question a line: kind (`or`, `phrase`, `facets`) and words. Every engine takes the words as they
are. Reports the median of the CPU that a question takes, in milliseconds, lowest of three passes, on one thread:
of this process for the libraries, of the server's process for PostgreSQL (started here with data in DIR, reached over a
local socket, one worker). `or` is the ten best of three words with their number, `phrase` the ten best of words side by
side, `facets` the twenty commonest applicants of all matches of one word.
"""

import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time

PASSES = 3


def read(folder):
    records = [line.rstrip("\n").split("\t") for line in (folder / "tokens.tsv").open(encoding="utf-8")]
    questions = {}
    for line in (folder / "questions.tsv").open(encoding="utf-8"):
        kind, words = line.rstrip("\n").split("\t")
        questions.setdefault(kind, []).append(words.split(" "))
    return records, questions


def report(engine, questions, answer, clock):
    for kind, asked in questions.items():
        times, totals = [], []
        for words in asked:
            best = float("inf")
            for _ in range(PASSES):
                start = clock()
                total = answer(kind, words)
                best = min(best, clock() - start)
            times.append(best * 1e3)
            totals.append(total)
        print(f"| {engine} | {kind} | {statistics.median(times):.3f} | {statistics.median(totals):.0f} |", flush=True)


def run_xapian(folder, records, questions):
    import xapian

    database = xapian.WritableDatabase(str(folder / "xapian"), xapian.DB_CREATE_OR_OVERWRITE)
    start = time.process_time()
    for applicant, title, text in records:
        document = xapian.Document()
        position = 1
        for words in (title, text):
            for word in words.split(" "):
                document.add_posting(word[:200], position)
                position += 1
            position += 1000
        document.add_value(0, applicant)
        database.add_document(document)
    database.commit()
    database.close()
    print(f"xapian: built in {time.process_time() - start:.1f} CPU s")
    database = xapian.Database(str(folder / "xapian"))
    enquire = xapian.Enquire(database)
    enquire.set_weighting_scheme(xapian.BM25Weight(1.2, 0, 0, 0.75, 0))

    def answer(kind, words):
        if kind == "phrase":
            enquire.set_query(xapian.Query(xapian.Query.OP_PHRASE, words, len(words)))
        else:
            enquire.set_query(xapian.Query(xapian.Query.OP_OR, words))
        if kind == "facets":
            spy = xapian.ValueCountMatchSpy(0)
            enquire.clear_matchspies()
            enquire.add_matchspy(spy)
            found = enquire.get_mset(0, 0, database.get_doccount())
            enquire.clear_matchspies()
            for _ in spy.top_values(20):
                pass
            return spy.get_total()
        # Asked to count all, as the others are.
        found = enquire.get_mset(0, 10, database.get_doccount() if kind == "or" else 10)
        for match in found:
            match.docid
        return found.get_matches_estimated()

    report("Xapian", questions, answer, time.process_time)


def run_sqlite(folder, records, questions):
    path = folder / "fts5.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    # Chinese words are letters to this tokenizer, and so stay whole.
    database.execute("CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize=\"unicode61 tokenchars '.-/_°%'\")")
    database.execute("CREATE TABLE d(id INTEGER PRIMARY KEY, applicant TEXT)")
    start = time.process_time()
    for n, (applicant, title, text) in enumerate(records, 1):
        database.execute("INSERT INTO t(rowid, title, text) VALUES (?, ?, ?)", (n, title, text))
        database.execute("INSERT INTO d VALUES (?, ?)", (n, applicant))
    database.execute("INSERT INTO t(t) VALUES ('optimize')")
    database.commit()
    print(f"sqlite: built in {time.process_time() - start:.1f} CPU s")

    def answer(kind, words):
        quoted = ['"%s"' % word.replace('"', '""') for word in words]
        if kind == "phrase":
            query = '"%s"' % " ".join(words).replace('"', '""')
        else:
            query = " OR ".join(quoted)
        if kind == "facets":
            rows = database.execute(
                "SELECT applicant, count(*) AS n FROM t JOIN d ON d.id = t.rowid WHERE t MATCH ? "
                "GROUP BY applicant ORDER BY n DESC LIMIT 20", (query,)).fetchall()
            return sum(n for _, n in rows)
        total = 0
        if kind == "or":
            total = database.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone()[0]
        rows = database.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (query,)).fetchall()
        return total or len(rows)

    report("SQLite FTS5", questions, answer, time.process_time)


def run_postgresql(folder, records, questions):
    programs = pathlib.Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip())
    data, socket = folder / "postgresql", folder / "socket"
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    run = lambda *args, **more: subprocess.run([*user, *map(str, args)], check=True, **more)
    quiet = {"stdout": subprocess.DEVNULL}
    for place in (data, socket):
        subprocess.run(["rm", "-rf", place], check=True)
        place.mkdir()
        if user:
            subprocess.run(["chown", "postgres", place], check=True)
    run(programs / "initdb", "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", **quiet)
    settings = f"-k {socket} -c listen_addresses='' -c max_parallel_workers_per_gather=0 -c shared_buffers=1GB"
    run(programs / "pg_ctl", "-D", data, "-o", settings, "-w", "-l", data / "log", "start", **quiet)
    try:
        psql = subprocess.Popen([*user, str(programs / "psql"), "-h", str(socket), "-d", "postgres", "-qAtX"],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

        def ask(sql):
            psql.stdin.write(sql + ";\n\\echo --end--\n")
            psql.stdin.flush()
            lines = []
            while (line := psql.stdout.readline().rstrip("\n")) != "--end--":
                lines.append(line)
            return lines

        # A vector of the words as they are, with positions; array_to_tsvector would drop these.
        vector = lambda title, text: " ".join(
            "'%s':%d" % (word.replace("\\", "\\\\").replace("'", "''"), at)
            for at, word in enumerate(title.split(" ") + [None] * 100 + text.split(" "), 1)
            if word and at < 16_000)
        ask("CREATE TABLE t(id int PRIMARY KEY, applicant text, words tsvector)")
        quote = lambda text: "'" + text.replace("'", "''") + "'"
        for start in range(0, len(records), 500):
            rows = (f"({n}, {quote(a)}, {quote(vector(title, text))}::tsvector)"
                    for n, (a, title, text) in enumerate(records[start:start + 500], start + 1))
            ask("INSERT INTO t VALUES " + ", ".join(rows))
        ask("CREATE INDEX ON t USING gin(words)")
        ask("VACUUM ANALYZE t")
        server = int(ask("SELECT pg_backend_pid()")[0])

        def clock():
            fields = pathlib.Path(f"/proc/{server}/schedstat").read_text().split()
            return int(fields[0]) / 1e9

        lexeme = lambda word: "''" + word.replace("\\", "\\\\").replace("'", "''''") + "''"

        def answer(kind, words):
            query = "'%s'::tsquery" % (" <-> " if kind == "phrase" else " | ").join(map(lexeme, words))
            if kind == "facets":
                rows = ask(f"SELECT count(*) AS n, applicant FROM t WHERE words @@ {query} "
                           "GROUP BY applicant ORDER BY n DESC LIMIT 20")
                return sum(int(row.split("|")[0]) for row in rows)
            rows = ask(f"SELECT count(*) OVER (), id FROM t WHERE words @@ {query} "
                       f"ORDER BY ts_rank(words, {query}) DESC LIMIT 10")
            return int(rows[0].split("|")[0]) if rows else 0

        report("PostgreSQL", questions, answer, clock)
        psql.stdin.close()
        psql.wait()
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "fast", "stop", **quiet)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or ["xapian", "sqlite", "postgresql"]
    records, questions = read(folder)
    print(f"{len(records)} records\n| engine | question | CPU ms, median | matches, median |\n|---|---|---|---|")
    for name in wanted:
        globals()[f"run_{name}"](folder, records, questions)


if __name__ == "__main__":
    main()
