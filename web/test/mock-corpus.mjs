// The made-up documents of the mock server: eight topics of our four fields, written for looks, with no real
// patent, person or organisation behind them.

/** Synonym groups, Chinese and English together; the place in the list is the topic. */
export const CONCEPTS = [
  ['采煤机', '滚筒采煤机', 'shearer', 'coal shearer'],
  ['液压支架', '支架', 'hydraulic support', 'roof support'],
  ['煤气化', '气化炉', 'coal gasification', 'gasifier'],
  ['甲醇', '甲醇合成', 'methanol', 'methanol synthesis'],
  ['二氧化碳捕集', '捕集', 'carbon dioxide capture', 'CO2 capture'],
  ['地质封存', '封存', 'geological storage', 'sequestration'],
  ['储氢', '储氢罐', 'hydrogen storage', 'hydrogen tank'],
  ['电解槽', '制氢', 'electrolyser', 'hydrogen production'],
];

const TOPICS = [
  {
    ipc: ['E21C35/24', 'E21C25/10', 'G05B19/042'],
    zh: ['采煤机', '截割滚筒', '振动传感器', '调高机构', '煤岩分界'],
    en: ['shearer', 'cutting drum', 'vibration sensor', 'ranging arm', 'coal and rock boundary'],
    aim: ['自动跟随煤层起伏', 'following the seam without an operator'],
  },
  {
    ipc: ['E21D23/12', 'E21D23/26', 'G01L1/00'],
    zh: ['液压支架', '立柱', '压力传感器', '电液控制阀', '顶板来压'],
    en: ['hydraulic support', 'leg cylinder', 'pressure sensor', 'electro-hydraulic valve', 'roof weighting'],
    aim: ['提前预警并跟机移架', 'warning early and advancing with the face'],
  },
  {
    ipc: ['C10J3/46', 'C10J3/72', 'C10J3/50'],
    zh: ['气化炉', '烧嘴', '热电偶阵列', '水煤浆流量', '碳转化率'],
    en: ['gasifier', 'burner', 'thermocouple array', 'slurry flow', 'carbon conversion'],
    aim: ['提高气化效率并延长烧嘴寿命', 'raising the efficiency and the life of the burner'],
  },
  {
    ipc: ['C07C29/151', 'C07C31/04', 'B01J23/80'],
    zh: ['甲醇合成反应器', '催化剂床层', '温度探头', '合成气流量', '热点温度'],
    en: ['methanol synthesis reactor', 'catalyst bed', 'temperature probe', 'synthesis gas flow', 'hot spot temperature'],
    aim: ['延缓催化剂失活', 'slowing the decay of the catalyst'],
  },
  {
    ipc: ['B01D53/14', 'B01D53/62', 'B01D53/78'],
    zh: ['二氧化碳捕集装置', '再生塔', '贫液分析仪', '蒸汽用量', '再生能耗'],
    en: ['carbon dioxide capture unit', 'stripper', 'lean solvent analyser', 'steam rate', 'regeneration energy'],
    aim: ['降低单位捕集量的能耗', 'lowering the energy for each tonne captured'],
  },
  {
    ipc: ['E21B41/00', 'G01V1/00', 'B65G5/00'],
    zh: ['地质封存系统', '注入井', '微地震检波器', '注入压力', '泄漏通道'],
    en: ['geological storage system', 'injection well', 'microseismic receiver', 'injection pressure', 'leakage path'],
    aim: ['尽早发现盖层破裂', 'finding a break of the cap rock early'],
  },
  {
    ipc: ['F17C1/06', 'F17C11/00', 'C01B3/00'],
    zh: ['储氢罐', '换热管', '光纤测温元件', '冷却水流量', '床层温度'],
    en: ['hydrogen storage tank', 'heat exchange tube', 'optical fibre thermometer', 'cooling water flow', 'bed temperature'],
    aim: ['缩短充氢时间', 'shortening the filling time'],
  },
  {
    ipc: ['C25B1/04', 'C25B9/00', 'C25B15/02'],
    zh: ['电解槽', '双极板', '气体分析仪', '输入功率', '气体纯度'],
    en: ['electrolyser', 'bipolar plate', 'gas analyser', 'input power', 'gas purity'],
    aim: ['适应波动的可再生电力', 'coping with fluctuating renewable power'],
  },
];

const APPLICANTS = [
  ['青岚矿业装备有限公司', 'Qinglan Mining Equipment'],
  ['云汀能源研究院', 'Yunting Energy Institute'],
  ['北泽煤化工股份有限公司', 'Beize Coal Chemicals'],
  ['Halden Process GmbH', 'Halden Process GmbH'],
  ['星野大学', 'Xingye University'],
  ['Marlow Hydrogen Ltd', 'Marlow Hydrogen Ltd'],
];
const KINDS = [
  ['一种{0}的{4}识别方法及系统', 'Method and system to recognise the {4} of a {0}'],
  ['带有{2}的{0}及其控制方法', '{0} with a {2} and control method for it'],
  ['{0}的{1}在线监测装置', 'Device to monitor the {1} of a {0} in operation'],
];

const fill = (pattern, words) => pattern.replace(/\{(\d)\}/g, (_, i) => words[Number(i)]);
const capital = (value) => value[0].toUpperCase() + value.slice(1);

function texts({ zh, en, aim }, form) {
  return {
    titles: [
      { lang: 'zh', text: fill(KINDS[form][0], zh) },
      { lang: 'en', text: capital(fill(KINDS[form][1], en)), translated: true },
    ],
    abstracts: [
      { lang: 'zh', text: `本发明公开了${fill(KINDS[form][0], zh)}，包括${zh[0]}本体、${zh[1]}以及${zh[2]}。所述${zh[2]}安装在${zh[1]}上，控制单元据此调整${zh[3]}，使${zh[4]}保持在预设范围内，从而${aim[0]}。与定期人工检查相比，${zh[4]}的判断提前约 30 分钟，现场试验中误报率低于 2%。` },
      { lang: 'en', translated: true, text: `${capital(fill(KINDS[form][1], en))} is disclosed. It has a ${en[0]} body, a ${en[1]} and a ${en[2]}. The ${en[2]} is mounted on the ${en[1]}, and a control unit adjusts the ${en[3]}, thereby ${aim[1]}. Against periodic manual inspection the ${en[4]} is judged some 30 minutes earlier, with fewer than 2 % false alarms in field trials.` },
    ],
    claims: [
      {
        lang: 'zh',
        claims: [
          `一种${zh[0]}，其特征在于，包括${zh[0]}本体、设于所述本体上的${zh[1]}、与所述${zh[1]}相连的${zh[2]}，以及控制单元；所述控制单元根据所述${zh[2]}的输出调整${zh[3]}，使${zh[4]}保持在预设范围内。`,
          `根据权利要求 1 所述的${zh[0]}，其特征在于，所述${zh[2]}沿所述${zh[1]}的周向均匀布置，数量为 3 至 8 个。`,
          `根据权利要求 1 所述的${zh[0]}，其特征在于，所述控制单元以滑动窗口计算${zh[4]}的变化率，窗口长度为 5–20 秒。`,
          `根据权利要求 3 所述的${zh[0]}，其特征在于，当所述变化率超过阈值时，所述控制单元先降低${zh[3]}的动作速度，再发出报警。`,
          `一种用于权利要求 1 所述${zh[0]}的控制方法，其特征在于，包括：采集${zh[2]}的输出；判断${zh[4]}；按判断结果调整${zh[3]}。`,
          `根据权利要求 5 所述的方法，其特征在于，所述判断在现场控制器上完成，不依赖外部网络。`,
        ].map((claim, i) => ({ number: i + 1, text: claim })),
      },
      {
        lang: 'en',
        translated: true,
        claims: [
          `A ${en[0]}, comprising a ${en[0]} body, a ${en[1]} on the body, a ${en[2]} coupled to the ${en[1]}, and a control unit, wherein the control unit adjusts the ${en[3]} according to the output of the ${en[2]} so that the ${en[4]} stays within a preset range.`,
          `The ${en[0]} of claim 1, wherein three to eight of the ${en[2]} are spaced evenly around the ${en[1]}.`,
          `The ${en[0]} of claim 1, wherein the control unit computes the rate of change of the ${en[4]} over a sliding window of 5 to 20 seconds.`,
          `The ${en[0]} of claim 3, wherein, when the rate exceeds a threshold, the control unit first slows the ${en[3]} and then raises an alarm.`,
          `A method of controlling the ${en[0]} of claim 1, comprising: acquiring the output of the ${en[2]}; judging the ${en[4]}; and adjusting the ${en[3]} by the result.`,
          `The method of claim 5, wherein the judging is done by a controller on site without any external network.`,
        ].map((claim, i) => ({ number: i + 1, text: claim })),
      },
    ],
    descriptions: [
      {
        lang: 'zh',
        sections: [
          { kind: 'technical_field', heading: '技术领域', paragraphs: [`[0001] 本发明涉及${zh[0]}技术领域，尤其涉及${fill(KINDS[form][0], zh)}。`] },
          { kind: 'background', heading: '背景技术', paragraphs: [`[0002] 现有${zh[0]}主要依靠人工经验判断${zh[4]}，反应滞后。`, `[0003] 单独依靠${zh[2]}的阈值报警，在工况变化时误报较多。`] },
          { kind: 'summary', heading: '发明内容', paragraphs: [`[0004] 本发明的目的在于${aim[0]}。`] },
          { kind: 'embodiments', heading: '具体实施方式', paragraphs: [`[0005] 实施例一：${zh[1]}外缘布置 4 个测点，采样频率 2 kHz。`, `[0006] 实施例二：${zh[3]}由比例阀驱动，行程 0–600 mm。`] },
        ],
      },
    ],
  };
}

const publicationDate = (i) => `${2009 + ((i * 7 + Math.floor(i / 8) * 3) % 16)}-${String(((i * 5) % 12) + 1).padStart(2, '0')}-${String(((i * 11) % 28) + 1).padStart(2, '0')}`;

function one(i) {
  const topic = i % TOPICS.length;
  const family = Math.floor(i / 16) * 8 + topic;
  const isSecond = Math.floor(i / 8) % 2 === 1;
  const abroad = isSecond && topic % 2 === 0;
  const number = abroad ? `US${20_180_000_000 + i * 97_531}A1` : `CN${110_083_000 + i * 48_611}${isSecond ? 'B' : 'A'}`;
  const [zh, en] = APPLICANTS[(family * 5) % APPLICANTS.length];
  const published = publicationDate(i);
  const filed = `${Number(published.slice(0, 4)) - 2}${published.slice(4)}`;
  return {
    seed: (i * 37) % 100,
    topic,
    number,
    application: abroad ? `US16${String(100_000 + i)}` : `CN${filed.slice(0, 4)}1${String(1_000_000 + i * 7_919).slice(0, 7)}.${i % 10}`,
    patent_type: i % 9 === 4 ? 'utility_model' : 'invention',
    filing_date: filed,
    publication_date: published,
    ...texts(TOPICS[topic], Math.floor(i / 8) % KINDS.length),
    keywords: [],
    parties: [
      { role: 'applicant', name: abroad ? en : zh, sequence: 1, kind: 'organisation', address: { text: abroad ? undefined : '山西省太原市示例路 1 号' } },
      { role: 'inventor', name: abroad ? 'Lin Zhou' : '周林', sequence: 1 },
      { role: 'inventor', name: abroad ? 'He Qian' : '钱河', sequence: 2 },
      { role: 'agency', name: '示例专利代理事务所', sequence: 1 },
    ],
    priorities: [{ number: `CN${filed.slice(0, 4)}1${String(2_000_000 + family * 7_919).slice(0, 7)}`, date: filed }],
    classes: TOPICS[topic].ipc.map((symbol, at) => ({ scheme: 'ipc', symbol, version: '2006-01-01', position: at ? 'later' : 'first' })),
    citations: [],
    family: { simple: `F${String(family).padStart(5, '0')}`, members: [] },
    events: [
      { office: abroad ? 'US' : 'CN', code: 'PB01', effective: published, known: published, text: '公布' },
      { office: abroad ? 'US' : 'CN', code: 'SE01', effective: published, known: published, text: '实质审查的生效' },
      { office: abroad ? 'US' : 'CN', code: 'GR01', effective: `${Number(published.slice(0, 4)) + 2}-03-15`, text: '授权' },
    ],
    links: [],
    provenance: [{ format: 'patnav-jsonl', file: '/data/patents/mock.jsonl', record: i + 1 }],
  };
}

/** The corpus, in a fixed order. */
export const DOCUMENTS = Array.from({ length: 96 }, (_, i) => one(i));

for (const d of DOCUMENTS) {
  const members = DOCUMENTS.filter((x) => x.family.simple === d.family.simple);
  d.family.members = [...members.map((x) => x.number), ...(d.seed % 3 === 0 ? ['EP3456789A1'] : [])];
  const earlier = DOCUMENTS.filter((x) => x.topic === d.topic && x.publication_date < d.publication_date).slice(0, 2);
  d.citations = [
    ...earlier.map((x, at) => ({ cited: { patent: { number: x.number, date: x.publication_date } }, by: 'examiner', category: at ? 'A' : 'X' })),
    { cited: { literature: { text: 'Zhao M., Sensors in harsh environments, 2011, pp. 12-19' } }, by: 'applicant' },
  ];
}
