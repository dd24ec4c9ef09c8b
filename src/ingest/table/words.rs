//! Words that exports write where the model has a closed set: kinds of right, offices in Chinese.

use crate::patent::CountryCode;
use crate::patent::PatentType;

/// Returns the kind of right that a cell names.
///
/// `utility` alone is not known: it is an invention in US sources and a utility model in others.
pub(crate) fn patent_type(text: &str) -> Option<PatentType> {
    let lower = text.trim().to_lowercase();
    let kind = match lower.as_str() {
        "发明"
        | "发明专利"
        | "发明公开"
        | "发明申请"
        | "发明授权"
        | "授权发明"
        | "发明专利申请"
        | "中国发明专利"
        | "中国发明授权"
        | "中国发明申请"
        | "invention"
        | "applications"
        | "patents"
        | "patent application"
        | "granted patent"
        | "invention application"
        | "granted invention" => PatentType::Invention,
        "实用新型" | "实用新型专利" | "中国实用新型" | "utility model" | "utility models" => {
            PatentType::UtilityModel
        }
        "外观设计" | "外观设计专利" | "外观专利" | "外观" | "中国外观设计" | "design" | "designs"
        | "design right" | "design patent" => PatentType::Design,
        "植物专利" | "植物" | "plant" | "plants" | "plant patent" => PatentType::Plant,
        _ => return None,
    };
    Some(kind)
}

/// Chinese names of offices and countries, with their ST.3 codes.
const COUNTRIES: &[(&str, &str)] = &[
    ("中国", "CN"),
    ("中国台湾", "TW"),
    ("台湾", "TW"),
    ("中国香港", "HK"),
    ("香港", "HK"),
    ("中国澳门", "MO"),
    ("澳门", "MO"),
    ("美国", "US"),
    ("日本", "JP"),
    ("韩国", "KR"),
    ("德国", "DE"),
    ("法国", "FR"),
    ("英国", "GB"),
    ("意大利", "IT"),
    ("西班牙", "ES"),
    ("葡萄牙", "PT"),
    ("荷兰", "NL"),
    ("比利时", "BE"),
    ("卢森堡", "LU"),
    ("瑞士", "CH"),
    ("奥地利", "AT"),
    ("丹麦", "DK"),
    ("瑞典", "SE"),
    ("挪威", "NO"),
    ("芬兰", "FI"),
    ("冰岛", "IS"),
    ("爱尔兰", "IE"),
    ("波兰", "PL"),
    ("捷克", "CZ"),
    ("斯洛伐克", "SK"),
    ("斯洛文尼亚", "SI"),
    ("匈牙利", "HU"),
    ("罗马尼亚", "RO"),
    ("保加利亚", "BG"),
    ("希腊", "GR"),
    ("塞浦路斯", "CY"),
    ("克罗地亚", "HR"),
    ("塞尔维亚", "RS"),
    ("爱沙尼亚", "EE"),
    ("拉脱维亚", "LV"),
    ("立陶宛", "LT"),
    ("土耳其", "TR"),
    ("俄罗斯", "RU"),
    ("乌克兰", "UA"),
    ("白俄罗斯", "BY"),
    ("摩尔多瓦", "MD"),
    ("格鲁吉亚", "GE"),
    ("亚美尼亚", "AM"),
    ("阿塞拜疆", "AZ"),
    ("哈萨克斯坦", "KZ"),
    ("乌兹别克斯坦", "UZ"),
    ("塔吉克斯坦", "TJ"),
    ("蒙古", "MN"),
    ("印度", "IN"),
    ("巴基斯坦", "PK"),
    ("孟加拉国", "BD"),
    ("印度尼西亚", "ID"),
    ("马来西亚", "MY"),
    ("新加坡", "SG"),
    ("泰国", "TH"),
    ("越南", "VN"),
    ("菲律宾", "PH"),
    ("以色列", "IL"),
    ("伊朗", "IR"),
    ("沙特阿拉伯", "SA"),
    ("阿拉伯联合酋长国", "AE"),
    ("卡塔尔", "QA"),
    ("澳大利亚", "AU"),
    ("新西兰", "NZ"),
    ("加拿大", "CA"),
    ("墨西哥", "MX"),
    ("巴西", "BR"),
    ("阿根廷", "AR"),
    ("智利", "CL"),
    ("秘鲁", "PE"),
    ("哥伦比亚", "CO"),
    ("厄瓜多尔", "EC"),
    ("委内瑞拉", "VE"),
    ("乌拉圭", "UY"),
    ("巴拉圭", "PY"),
    ("古巴", "CU"),
    ("哥斯达黎加", "CR"),
    ("多米尼加共和国", "DO"),
    ("特立尼达和多巴哥", "TT"),
    ("南非", "ZA"),
    ("埃及", "EG"),
    ("摩洛哥", "MA"),
    ("阿尔及利亚", "DZ"),
    ("突尼斯", "TN"),
    ("肯尼亚", "KE"),
    ("赞比亚", "ZM"),
    ("安哥拉", "AO"),
    ("圣多美和普林西比", "ST"),
    ("欧洲专利局", "EP"),
    ("欧专局", "EP"),
    ("欧洲", "EP"),
    ("世界知识产权组织", "WO"),
    ("欧亚专利组织", "EA"),
    ("欧亚专利局", "EA"),
    ("海湾阿拉伯国家合作委员会专利局", "GC"),
    ("海湾合作委员会", "GC"),
    ("非洲区域知识产权组织", "AP"),
    ("非洲知识产权组织", "OA"),
];

/// Returns the code of an office or country that is named in Chinese; a note in brackets after it is ignored.
///
/// Only names that stand for one office are in the table.
pub(crate) fn country(text: &str) -> Option<CountryCode> {
    let name = text.split(['(', '（']).next().unwrap_or_default().trim();
    let (_, code) = COUNTRIES.iter().find(|(known, _)| *known == name)?;
    CountryCode::parse(code)
}
