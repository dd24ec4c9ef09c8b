//! Files in, publications and diagnostics out: bad input of every kind, and the order and counts of a run.
//!
//! Each case writes its files into a folder of its own; nothing here comes from real patents.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use patnav::error::{Classify, ErrorKind, Failure};
use patnav::ingest::{
    ColumnMap, Diagnostic, Error, FaultKind, Format, Item, Limits, Options, Record, Summary, read, write_line,
};
use patnav::patent::{AttachmentKind, Language, LocalText, Publication, PublicationNumber};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What a run gave.
struct Run {
    records: Vec<Record>,
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

impl Run {
    /// All faults, those beside a publication among them, as `kind place`.
    fn faults(&self) -> Vec<(FaultKind, Option<u64>)> {
        let beside = self.records.iter().flat_map(|record| &record.diagnostics);
        beside.chain(&self.diagnostics).map(|fault| (fault.kind, fault.record)).collect()
    }

    fn numbers(&self) -> Vec<String> {
        let number = |record: &Record| record.publication.number.as_ref().map(ToString::to_string);
        self.records.iter().filter_map(number).collect()
    }

    fn titles(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.publication.titles[0].text.as_str()).collect()
    }
}

fn options() -> Options {
    Options { format: None, map: None, threads: 2, limits: Limits::STANDARD, refuse_above_share: None }
}

fn run(paths: &[&Path], options: &Options) -> Result<Run, Error> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| (*path).to_owned()).collect();
    let (mut records, mut diagnostics) = (Vec::new(), Vec::new());
    let summary = read(&paths, options, &|_| false, &|_| {}, &mut |item| {
        match item {
            Item::Record(record) => records.push(*record),
            Item::Diagnostic(diagnostic) => diagnostics.push(diagnostic),
            Item::FileDone(_) => {}
        }
        Ok(())
    })?;
    Ok(Run { records, diagnostics, summary })
}

/// Reads one file of this content.
fn read_one(name: &str, content: &[u8], options: &Options) -> Run {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    run(&[&path], options).unwrap()
}

fn publication(serial: u32) -> Publication {
    let number = PublicationNumber::parse(&format!("CN{serial}A")).unwrap();
    let title = LocalText::new(Language::zh(), format!("一种测试装置{serial}"));
    Publication { number: Some(number), titles: vec![title], ..Publication::default() }
}

fn lines(serials: std::ops::Range<u32>) -> String {
    serials.map(|serial| write_line(&publication(serial)) + "\n").collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docdb(serial: u32) -> String {
    format!(
        "<exch:exchange-document country=\"CN\" doc-number=\"{serial}\" kind=\"A\" date-publ=\"20190802\" \
         family-id=\"7\"><exch:bibliographic-data><exch:publication-reference data-format=\"docdb\"><document-id>\
         <country>CN</country><doc-number>{serial}</doc-number><kind>A</kind><date>20190802</date></document-id>\
         </exch:publication-reference><exch:invention-title lang=\"zh\">采煤机{serial}</exch:invention-title>\
         </exch:bibliographic-data></exch:exchange-document>"
    )
}

#[test]
fn our_lines_come_back_equal() {
    let run = read_one("a.jsonl", lines(110_000_001..110_000_004).as_bytes(), &options());
    let read: Vec<_> = run
        .records
        .into_iter()
        .map(|mut record| {
            assert_eq!(record.publication.provenance[0].format, "jsonl");
            record.publication.provenance.clear();
            record.publication
        })
        .collect();
    assert_eq!(read, (110_000_001..110_000_004).map(publication).collect::<Vec<_>>());
    assert_eq!(run.summary.diagnostics.len(), 0);
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let folder = TempDir::new().unwrap();
    for (n, name) in ["b.jsonl", "a.jsonl", "c.jsonl"].iter().enumerate() {
        let first = 110_000_000 + u32::try_from(n).unwrap() * 1000;
        fs::write(folder.path().join(name), lines(first..first + 700)).unwrap();
    }
    let of = |threads, max_bytes_in_flight| {
        let limits = Limits { max_bytes_in_flight, ..Limits::STANDARD };
        run(&[folder.path()], &Options { threads, limits, ..options() }).unwrap().numbers()
    };
    let one = of(1, 1);
    assert_eq!(one.len(), 2100);
    assert_eq!(one[0], "CN110001000A");
    assert_eq!(of(4, 64 << 20), one);
}

#[test]
fn a_truncated_xml_file_keeps_what_it_holds() {
    let whole =
        format!("<exch:exchange-documents xmlns:exch=\"x\">{}{}", docdb(110_000_001), docdb(110_000_002));
    let run = read_one("a.xml", &whole.as_bytes()[..whole.len() - 60], &options());
    assert_eq!(run.titles(), ["采煤机110000001", "采煤机110000002"]);
    assert!(run.faults().contains(&(FaultKind::Truncated, Some(2))), "{:?}", run.faults());
}

#[test]
fn encodings_are_found_and_damage_is_named() {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"GB18030\"?><exchange-documents>{}</exchange-documents>",
        docdb(1)
    );
    let gb = encoding_rs::GB18030.encode(&xml).0.into_owned();
    assert_eq!(read_one("a.xml", &gb, &options()).titles(), ["采煤机1"]);
    let wide: Vec<u8> = xml.replace("GB18030", "UTF-16").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_one("a.xml", &wide, &options()).titles(), ["采煤机1"]);
    let mut damaged = xml.replace("GB18030", "UTF-8").into_bytes();
    let at = damaged.windows(3).position(|three| three == "煤".as_bytes()).unwrap();
    damaged[at + 2] = b' ';
    let run = read_one("a.xml", &damaged, &options());
    assert_eq!(run.records.len(), 1);
    assert!(run.faults().contains(&(FaultKind::Encoding, Some(1))), "{:?}", run.faults());
}

#[test]
fn a_late_legacy_line_is_read_as_what_it_is() {
    let mut content = write_line(&Publication {
        titles: vec![LocalText::new(Language::en(), "plain ascii ".repeat(8000))],
        ..publication(110_000_001)
    })
    .into_bytes();
    content.retain(u8::is_ascii);
    content.push(b'\n');
    content.extend_from_slice(&encoding_rs::GB18030.encode(&lines(110_000_002..110_000_003)).0);
    let run = read_one("a.jsonl", &content, &options());
    assert_eq!(run.titles()[1], "一种测试装置110000002");
    assert_eq!(run.faults(), [(FaultKind::Encoding, Some(2))]);
}

#[test]
fn a_bomb_stops_alone() {
    let folder = TempDir::new().unwrap();
    let spaces = vec![b' '; 4 << 20];
    let bomb = [lines(110_000_001..110_000_002).as_bytes(), &spaces].concat();
    fs::write(folder.path().join("a.zip"), zip_of(&[("a.jsonl", &bomb), ("b.jsonl", &bomb)])).unwrap();
    fs::write(folder.path().join("b.jsonl.gz"), gzip(&bomb)).unwrap();
    fs::write(folder.path().join("c.jsonl"), lines(110_000_003..110_000_004)).unwrap();
    let limits = Limits { max_expanded_bytes: 2 << 20, max_record_bytes: 1 << 20, ..Limits::STANDARD };
    let run = run(&[folder.path()], &Options { limits, ..options() }).unwrap();
    assert_eq!(run.numbers().last().unwrap(), "CN110000003A");
    assert!(run.faults().iter().filter(|fault| **fault == (FaultKind::TooLarge, None)).count() >= 2);
}

#[test]
fn a_ratio_that_no_patent_reaches_is_a_bomb() {
    let mut content = lines(110_000_001..110_000_002).into_bytes();
    content.resize(80 << 20, b'\n');
    let run = read_one("a.gz", &gzip(&content), &options());
    assert_eq!(run.numbers(), ["CN110000001A"]);
    assert_eq!(run.faults(), [(FaultKind::TooLarge, None)]);
}

#[test]
fn an_oversized_record_costs_itself() {
    let huge = Publication {
        titles: vec![LocalText::new(Language::en(), "x".repeat(1 << 20))],
        ..publication(110_000_002)
    };
    let content =
        lines(110_000_001..110_000_002) + &write_line(&huge) + "\n" + &lines(110_000_003..110_000_004);
    let limits = Limits { max_record_bytes: 100_000, ..Limits::STANDARD };
    let run = read_one("a.jsonl", content.as_bytes(), &Options { limits, ..options() });
    assert_eq!(run.numbers(), ["CN110000001A", "CN110000003A"]);
    assert_eq!(run.faults(), [(FaultKind::TooLarge, Some(2))]);
    assert_eq!(run.records[1].publication.provenance[0].record, 3);
}

#[test]
fn archives_are_read_inside_each_other_up_to_a_depth() {
    let inner = zip_of(&[("文献/c.jsonl", lines(110_000_001..110_000_002).as_bytes())]);
    let outer =
        zip_of(&[("b.zip", &inner), ("d.jsonl.gz", &gzip(lines(110_000_002..110_000_003).as_bytes()))]);
    let run = read_one("a.zip", &outer, &options());
    assert_eq!(run.numbers(), ["CN110000001A", "CN110000002A"]);
    assert!(run.records[0].publication.provenance[0].file.ends_with("a.zip!b.zip!文献/c.jsonl"));
    let shallow = Options { limits: Limits { max_archive_depth: 1, ..Limits::STANDARD }, ..options() };
    assert_eq!(read_one("a.zip", &outer, &shallow).faults(), [(FaultKind::TooLarge, None); 2]);
}

#[test]
fn a_gzip_file_that_ends_early_keeps_its_records() {
    // Numbers that do not repeat, so that the compressed data is long.
    let content: String = (0..2000_u32)
        .map(|n| write_line(&publication(110_000_000 + n.wrapping_mul(2_654_435_761) % 900_000)) + "\n")
        .collect();
    let packed = gzip(content.as_bytes());
    let run = read_one("a.jsonl.gz", &packed[..packed.len() * 3 / 4], &options());
    assert!(run.records.len() > 500, "{}", run.records.len());
    assert_eq!(run.summary.diagnostics[&FaultKind::Truncated], 2, "the last line, and the file");
}

#[test]
fn damaged_archives_are_named() {
    let mut packed = zip_of(&[("a.jsonl", lines(110_000_001..110_000_900).as_bytes())]);
    packed[200] ^= 0xff;
    let damaged = read_one("a.zip", &packed, &options());
    assert!(damaged.faults().contains(&(FaultKind::Malformed, None)), "{:?}", damaged.faults());
    let cut = read_one("a.zip", &packed[..packed.len() / 2], &options());
    assert_eq!(cut.faults(), [(FaultKind::Malformed, None)]);
}

#[test]
fn nothing_to_read_is_said() {
    assert_eq!(read_one("a.csv", b"", &options()).faults(), [(FaultKind::Missing, None)]);
    assert_eq!(read_one("a.gz", &gzip(b" \n"), &options()).faults(), [(FaultKind::Missing, None)]);
    let xml = b"<exchange-documents></exchange-documents>";
    assert_eq!(read_one("a.xml", xml, &options()).faults(), [(FaultKind::Missing, None)]);
    let folder = TempDir::new().unwrap();
    let empty = run(&[folder.path()], &options()).unwrap();
    assert_eq!((empty.faults(), empty.summary.records), (vec![(FaultKind::Missing, None)], 0));
}

#[test]
fn garbage_is_of_no_known_format() {
    let garbage: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(read_one("a.xml", &garbage, &options()).faults(), [(FaultKind::UnknownFormat, None)]);
    assert_eq!(read_one("a.pdf", b"%PDF-1.7\n", &options()).faults(), [(FaultKind::Unsupported, None)]);
    assert_eq!(
        read_one("a.7z", b"7z\xbc\xaf\x27\x1c", &options()).faults(),
        [(FaultKind::Unsupported, None)]
    );
}

#[test]
fn paths_that_are_not_there_are_errors() {
    let folder = TempDir::new().unwrap();
    let error = run(&[&folder.path().join("none")], &options()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(run(&[], &options()).err().unwrap().kind(), ErrorKind::InvalidInput);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_and_to_nowhere_are_survived() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.jsonl"), lines(110_000_001..110_000_002)).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    symlink("nowhere", folder.path().join("gone.xml")).unwrap();
    let run = run(&[folder.path()], &options()).unwrap();
    assert_eq!(run.numbers(), ["CN110000001A"]);
    assert_eq!(run.faults(), [(FaultKind::Unreadable, None)]);
    assert_eq!(run.summary.skipped["the same folder by another path"], 1);
}

#[test]
fn junk_is_passed_over_and_counted() {
    let folder = TempDir::new().unwrap();
    for name in [".DS_Store", "LICENSE", "README.md", "a.dtd"] {
        fs::write(folder.path().join(name), "x").unwrap();
    }
    fs::write(folder.path().join("a.jsonl"), lines(110_000_001..110_000_002)).unwrap();
    let run = run(&[folder.path()], &options()).unwrap();
    assert_eq!((run.records.len(), run.faults().len()), (1, 0));
    assert_eq!(run.summary.skipped.values().sum::<u64>(), 4);
}

#[test]
fn too_many_bad_records_refuse_the_batch() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, lines(110_000_001..110_000_004) + "{\"number\":}\n").unwrap();
    let of = |share| run(&[&path], &Options { refuse_above_share: Some(share), ..options() });
    assert_eq!(of(0.25).unwrap().summary.bad_records, 1);
    match of(0.24).err().unwrap() {
        error @ Error::Refused { bad: 1, records: 4, .. } => assert_eq!(error.kind(), ErrorKind::Refused),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unchanged_file_is_not_read_again() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.jsonl"), lines(110_000_001..110_000_002)).unwrap();
    fs::write(folder.path().join("b.jsonl"), lines(110_000_002..110_000_003)).unwrap();
    let known = run(&[folder.path()], &options()).unwrap().summary.sources;
    fs::write(folder.path().join("b.jsonl"), lines(110_000_003..110_000_004)).unwrap();
    let n_records = Cell::new(0);
    let paths = [folder.path().to_owned()];
    let summary = read(&paths, &options(), &|file| known.contains(file), &|_| {}, &mut |item| {
        n_records.set(n_records.get() + u32::from(matches!(item, Item::Record(_))));
        Ok(())
    });
    let summary = summary.unwrap();
    assert_eq!((n_records.get(), summary.unchanged_files, summary.sources.len()), (1, 1, 2));
}

#[test]
fn the_sink_stops_the_run() {
    #[derive(Debug, thiserror::Error)]
    #[error("disk full")]
    struct Full;
    impl Classify for Full {
        fn kind(&self) -> ErrorKind {
            ErrorKind::Unavailable
        }
    }
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.jsonl"), lines(110_000_001..110_090_000)).unwrap();
    let paths = [folder.path().to_owned()];
    let error = read(&paths, &options(), &|_| false, &|_| {}, &mut |_| Err(Failure::from(Full)));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn a_map_that_names_no_column_is_an_error() {
    let map = ColumnMap::from_toml(
        "id = \"mine\"\ntitle = { zh = \"测试\", en = \"test\" }\nform = \"table\"\n\
         [[column]]\nfield = \"title\"\nheaders = { en = [\"Heading\"] }\n",
    );
    let map = Some(Arc::new(map.unwrap()));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "Other,Column\n1,2\n").unwrap();
    let error = run(&[&path], &Options { map: map.clone(), ..options() }).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("`mine`"), "{error}");
    fs::write(&path, "Heading,Column\nA drum,2\n").unwrap();
    assert_eq!(run(&[&path], &Options { map, ..options() }).unwrap().titles(), ["A drum"]);
}

#[test]
fn a_format_that_there_is_not_is_an_error() {
    let folder = TempDir::new().unwrap();
    let options = Options { format: Some(Format::from_id("telex")), ..options() };
    assert_eq!(run(&[folder.path()], &options).err().unwrap().kind(), ErrorKind::InvalidInput);
}

#[test]
fn drawings_and_pdfs_belong_to_their_numbers() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("CN110000002A")).unwrap();
    fs::write(folder.path().join("CN110000001A.pdf"), "%PDF-1.4\n").unwrap();
    fs::write(folder.path().join("CN110000002A/0001.tif"), "II*\0....").unwrap();
    fs::write(folder.path().join("scan.tif"), "II*\0....").unwrap();
    let run = run(&[folder.path()], &options()).unwrap();
    let attached: Vec<_> = run.records.iter().map(|record| record.publication.attachments[0].kind).collect();
    assert_eq!(run.numbers(), ["CN110000001A", "CN110000002A"]);
    assert_eq!(attached, [AttachmentKind::FullText, AttachmentKind::Drawing]);
    assert_eq!(run.faults(), [(FaultKind::Unsupported, None)]);
}

#[test]
fn family_ids_pass_as_they_are() {
    let mut own = publication(110_000_001);
    own.family.simple = Some("7".to_owned());
    own.family.members = vec![own.number.clone().unwrap()];
    let run = read_one("a.jsonl", write_line(&own).as_bytes(), &options());
    assert_eq!(run.records[0].publication.family, own.family);
    assert_eq!(run.faults(), []);
}

#[test]
fn faults_above_the_limit_are_counted_not_kept() {
    let limits = Limits { max_diagnostics_per_kind: 3, ..Limits::STANDARD };
    let content = lines(110_000_001..110_000_002) + &"{]\n".repeat(10);
    let run = read_one("a.jsonl", content.as_bytes(), &Options { limits, ..options() });
    assert_eq!((run.diagnostics.len(), run.summary.diagnostics[&FaultKind::Malformed]), (3, 10));
}

#[test]
fn a_word_document_is_a_report() {
    let document =
        "<w:document><w:body><w:p><w:r><w:t>储氢瓶检验记录</w:t></w:r></w:p></w:body></w:document>";
    let packed = zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())]);
    let run = read_one("a.docx", &packed, &options());
    assert_eq!(run.titles(), ["储氢瓶检验记录"]);
    assert_eq!(run.summary.by_format["docx"].publications, 1);
}

#[test]
fn every_format_sample_is_found_by_content() {
    let mut samples: Vec<_> =
        fs::read_dir("fixtures/formats").unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| !path.ends_with("README.md") && !path.ends_with(".gitattributes"));
    samples.sort();
    // `lens.txt` says what the readers of tables make of `lens.csv`; it is no sample.
    let has_twin =
        |path: &Path| samples.iter().any(|other| other != path && other.file_stem() == path.file_stem());
    let is_sample =
        |path: &&PathBuf| path.extension().is_none_or(|extension| extension != "txt") || !has_twin(path);
    let mut found = String::new();
    for sample in samples.iter().filter(is_sample) {
        let run = run(&[sample], &options()).unwrap();
        found += &format!("{}\n", sample.file_name().unwrap().to_string_lossy());
        for (format, counts) in &run.summary.by_format {
            found += &format!(
                "  {format}: {} records, {} bad, {} publications\n",
                counts.records, counts.bad_records, counts.publications
            );
        }
        for record in &run.records {
            found += &format!("  {} {}\n", record.publication.provenance[0].record, record.publication.key());
        }
        for (kind, n) in &run.summary.diagnostics {
            found += &format!("  {n} {kind:?}\n");
        }
    }
    insta::assert_snapshot!("formats", found);
}
