//! How fast does text become terms?
//!
//! Corpus: synthetic patent text, Chinese and English by turns (titles, abstracts, claims) from the vocabulary below,
//! seed 7, 8 MB; or the file given as argument. Chinese compounds are drawn freely, so a run of characters seldom repeats.
//! Outside the timed part: making the text, loading the dictionary.
//!
//! Command: `cargo bench --bench analysis -- [FILE] [--python PATH]`
//!
//! Reading: megabytes (10^6 bytes of UTF-8) per second of CPU time of one thread, best of five passes.
//! "both" runs the words and the units of each document one after the other, as indexing does; the other rows
//! are the parts. With `--python`, an interpreter that has `jieba` cuts the same text in search mode
//! (HMM on, its default, and off), and the ratio is "both" against the faster of its two.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;
use std::time::Instant;

use patnav::text::Analyzer;
use patnav::text::normalize::fold;
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

const SIZE_BYTES: usize = 8_000_000;

/// Python is some thirty times slower: it gets the head of the text.
const PYTHON_BYTES: usize = 2_000_000;

const ZH_HEADS: &str = "采煤机 刮板输送机 液压支架 掘进机 带式输送机 电解槽 燃料电池 储氢罐 加氢站 吸收塔 气化炉 变换炉 压缩机 \
换热器 催化剂 膜电极 双极板 质子交换膜 吸附剂 再生塔 捕集装置 封存井 监测系统 传感器 控制器 变频器 减速器 滚筒 截齿 喷雾降尘装置 \
瓦斯抽采泵 巷道支护 锚杆钻机 巡检机器人 数字孪生平台 费托合成反应器 甲醇合成塔 煤浆泵 渣锁斗 氢气循环泵";
const ZH_MODIFIERS: &str = "智能 自动 高压 低温 多级 可调节 自适应 一体化 分布式 远程 防爆 耐腐蚀 柔性 模块化 双向 新型 高效 串联 \
并联 液态 固态 碱性 酸性 复合 多孔 纳米 石墨烯 碳纤维 铂基 镍基 胺基 离子液体";
const ZH_VERBS: &str = "连接 驱动 控制 检测 输送 加热 冷却 吸收 解吸 分离 压缩 储存 释放 调节 监测 反馈 固定 支撑 密封 切割 计算 \
采集 传输 判断 更新 识别";
const ZH_GLUE: &str = "所述 通过 用于 并且 其中 包括 设置有 根据 与 在 将 的 对 以及 位于 使得 从而 进一步 之间 的一端 的内部 上方";
const EN_WORDS: &str = "shearer conveyor hydraulic support roadheader electrolyzer fuel cell hydrogen storage tank refueling station \
absorber gasifier shift reactor compressor heat exchanger catalyst membrane electrode bipolar plate adsorbent regeneration column \
capture unit injection well monitoring system sensor controller inverter reducer drum pick spray dust gas drainage pump roadway bolt \
drilling rig inspection robot digital twin platform synthesis methanol slurry lock hopper circulation intelligent automatic \
high-pressure low-temperature multi-stage adjustable adaptive integrated distributed remote explosion-proof corrosion-resistant \
flexible modular porous nano graphene carbon fiber platinum nickel amine ionic liquid connected driving controlling detecting \
conveying heating cooling absorbing desorbing separating compressing storing releasing adjusting configured arranged provided coupled";
const EN_GLUE: &str =
    "the a of and to in for with is are wherein said which comprising at least one between by from on";
const CODES: &str = "10MPa 350℃ 5.5kW 0.2mm 30r/min CO₂ H2O Fe2O3 MG500/1130-WD WES-5.4.5 3mg/L 95% （1） （12） 85 E21C35/24";

struct Vocabulary {
    lists: [Vec<&'static str>; 7],
    rng: ChaCha8Rng,
}

impl Vocabulary {
    fn pick(&mut self, list: usize) -> &'static str {
        self.lists[list].choose(&mut self.rng).copied().unwrap_or_default()
    }

    fn zh_sentence(&mut self, out: &mut String) {
        for clause in 0..self.rng.random_range(2..5) {
            if clause > 0 {
                out.push('，');
            }
            for _ in 0..self.rng.random_range(2..5) {
                out.push_str(self.pick(3));
                out.push_str(self.pick(1));
                out.push_str(self.pick(0));
                if self.rng.random_bool(0.2) {
                    out.push_str(self.pick(6));
                }
                out.push_str(self.pick(2));
            }
        }
        out.push_str("。\n");
    }

    fn en_sentence(&mut self, out: &mut String) {
        for word in 0..self.rng.random_range(12..30) {
            if word > 0 {
                out.push(' ');
            }
            let list = if self.rng.random_bool(0.4) {
                5
            } else if self.rng.random_bool(0.08) {
                6
            } else {
                4
            };
            out.push_str(self.pick(list));
        }
        out.push_str(". ");
    }
}

/// Documents of some 2 kB, two Chinese for one English, as a bilingual collection has it.
fn synthetic() -> Vec<String> {
    let lists = [ZH_HEADS, ZH_MODIFIERS, ZH_VERBS, ZH_GLUE, EN_WORDS, EN_GLUE, CODES];
    let mut vocabulary = Vocabulary {
        lists: lists.map(|list| list.split_ascii_whitespace().collect()),
        rng: ChaCha8Rng::seed_from_u64(7),
    };
    let mut documents = Vec::new();
    let mut size = 0;
    while size < SIZE_BYTES {
        let mut document = String::new();
        while document.len() < 2000 {
            if documents.len() % 3 == 2 {
                vocabulary.en_sentence(&mut document);
            } else {
                vocabulary.zh_sentence(&mut document);
            }
        }
        size += document.len();
        documents.push(document);
    }
    documents
}

/// CPU seconds of this thread; wall seconds where the system does not say.
fn cpu_s() -> f64 {
    thread_local!(static START: Instant = Instant::now());
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split_ascii_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(|| START.with(|start| start.elapsed().as_secs_f64()), |ns| ns / 1e9)
}

fn best_mb_per_s(documents: &[String], mut pass: impl FnMut(&str)) -> f64 {
    let size: usize = documents.iter().map(String::len).sum();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = cpu_s();
        for document in documents {
            pass(document);
        }
        best = best.min(cpu_s() - start);
    }
    size as f64 / 1e6 / best
}

const SCRIPT: &str = "
import sys, time, jieba
jieba.setLogLevel(60); jieba.initialize()
documents = sys.stdin.buffer.read().decode('utf-8').split('\\x1f')
size = sum(len(d.encode('utf-8')) for d in documents)
for hmm in (True, False):
    start = time.process_time()
    for d in documents:
        for _ in jieba.cut_for_search(d, HMM=hmm): pass
    print(size / 1e6 / (time.process_time() - start))
";

/// Megabytes per CPU second of Python's jieba, HMM on and off.
fn python(path: &str, documents: &[String]) -> Result<Vec<f64>, std::io::Error> {
    let mut child =
        Command::new(path).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut head = String::new();
    for document in documents.iter().take_while({
        let mut size = 0;
        move |document| {
            size += document.len();
            size <= PYTHON_BYTES
        }
    }) {
        head.push_str(document);
        head.push('\u{1f}');
    }
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(head.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| line.parse().ok()).collect())
}

fn main() -> Result<(), std::io::Error> {
    let mut file = None;
    let mut interpreter = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--python" => interpreter = arguments.next(),
            "--bench" => {}
            _ => file = Some(argument),
        }
    }
    let documents = match &file {
        Some(path) => fs::read_to_string(path)?.lines().map(str::to_owned).collect(),
        None => synthetic(),
    };
    let size: usize = documents.iter().map(String::len).sum();
    println!("{} documents, {:.1} MB", documents.len(), size as f64 / 1e6);

    let analyzer = Analyzer::new();
    analyzer.words("预热 warm", |_, _| {});
    let words = |text: &str| analyzer.words(text, |term, range| _ = black_box((term.len(), range)));
    let units = |text: &str| {
        analyzer.units(text, |term, range, position| _ = black_box((term.len(), range, position)));
    };
    println!("fold   {:7.1} MB/s", best_mb_per_s(&documents, |text| _ = black_box(fold(text))));
    println!("words  {:7.1} MB/s", best_mb_per_s(&documents, words));
    println!("units  {:7.1} MB/s", best_mb_per_s(&documents, units));
    let both = best_mb_per_s(&documents, |text| {
        words(text);
        units(text);
    });
    println!("both   {both:7.1} MB/s");
    if let Some(path) = interpreter {
        let theirs = python(&path, &documents)?;
        for (name, speed) in ["on", "off"].iter().zip(&theirs) {
            println!("python jieba search mode, HMM {name}: {speed:.2} MB/s");
        }
        if let Some(best) = theirs.iter().copied().max_by(f64::total_cmp) {
            println!("both fields against the faster: {:.1} times", both / best);
        }
    }
    Ok(())
}
