// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/codes.h"

#include "base/text.h"

#include <array>
#include <utility>

namespace linka {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// https://www.loc.gov/marc/relators/, obsolete codes included: old records carry them.
constexpr std::string_view relators =
    "abr acp act adi adp aft anl anm ann ant ape apl app aqt arc ard arr art asg asn ato att "
    "auc aud aui aus aut bdd bjd bkd bkp blw bnd bpd brd brl bsl cas ccp chr cli cll clr clt "
    "cmm cmp cmt cnd cng cns coe col com con cor cos cot cou cov cpc cpe cph cpl cpt cre crp "
    "crr crt csl csp cst ctb cte ctg ctr cts ctt cur cwt dbp dfd dfe dft dgg dgs dis dln dnc "
    "dnr dpc dpt drm drt dsr dst dtc dte dtm dto dub edc edm edt egr elg elt eng enj etr evp "
    "exp fac fds fld flm fmd fmk fmo fmp fnd fpy frg gis his hnr hst ill ilu ins inv isb itr "
    "ive ivr jud jug lbr lbt ldr led lee lel len let lgd lie lil lit lsa lse lso ltg lyr mcp "
    "mdc med mfp mfr mod mon mrb mrk msd mte mtk mus nrt opn org orm osp oth own pan pat pbd "
    "pbl pdr pfr pht plt pma pmn pop ppm ppt pra prc prd pre prf prg prm prn pro prp prs prt "
    "prv pta pte ptf pth ptt pup rbr rcd rce rcp rdd red ren res rev rpc rps rpt rpy rse rsg "
    "rsp rsr rst rth rtm sad sce scl scr sds sec sgd sgn sht sll sng spk spn spy srv std stg "
    "stl stm stn str tcd tch ths tld tlp trc trl tyd tyg uvp vac vdg wac wal wam wat wdc wde "
    "win wit wpr wst";

// https://www.loc.gov/standards/iso639-2/, bibliographic codes.
constexpr std::string_view languages =
    "aar abk ace ach ada ady afa afh afr ain aka akk alb ale alg alt amh ang anp apa ara arc "
    "arg arm arn arp art arw asm ast ath aus ava ave awa aym aze bad bai bak bal bam ban baq "
    "bas bat bej bel bem ben ber bho bih bik bin bis bla bnt bos bra bre btk bua bug bul bur "
    "byn cad cai car cat cau ceb cel cha chb che chg chi chk chm chn cho chp chr chu chv chy "
    "cmc cop cor cos cpe cpf cpp cre crh crp csb cus cze dak dan dar day del den dgr din div "
    "doi dra dsb dua dum dut dyu dzo efi egy eka elx eng enm epo est ewe ewo fan fao fat fij "
    "fil fin fiu fon fre frm fro frr frs fry ful fur gaa gay gba gem geo ger gez gil gla gle "
    "glg glv gmh goh gon gor got grb grc gre grn gsw guj gwi hai hat hau haw heb her hil him "
    "hin hit hmn hmo hrv hsb hun hup iba ibo ice ido iii ijo iku ile ilo ina inc ind ine inh "
    "ipk ira iro ita jav jbo jpn jpr jrb kaa kab kac kal kam kan kar kas kau kaw kaz kbd kha "
    "khi khm kho kik kin kir kmb kok kom kon kor kos kpe krc krl kro kru kua kum kur kut lad "
    "lah lam lao lat lav lez lim lin lit lol loz ltz lua lub lug lui lun luo lus mac mad mag "
    "mah mai mak mal man mao map mar mas may mdf mdr men mga mic min mis mkh mlg mlt mnc mni "
    "mno moh mon mos mul mun mus mwl mwr myn myv nah nai nap nau nav nbl nde ndo nds nep new "
    "nia nic niu nno nob nog non nor nqo nso nub nwc nya nym nyn nyo nzi oci oji ori orm osa "
    "oss ota oto paa pag pal pam pan pap pau peo per phi phn pli pol pon por pra pro pus que "
    "raj rap rar roa roh rom rum rup rus sad sag sah sai sal sam san sas sat scn sco sel sem "
    "sga sgn shn sid sin sio sit sla slo slv sma sme smi smj smn smo sms sna snd snk sog som "
    "son sot spa srd srn srp srr ssa ssw suk sun sus sux swa swe syc syr tah tai tam tat tel "
    "tem ter tet tgk tgl tha tib tig tir tiv tkl tlh tli tmh tog ton tpi tsi tsn tso tuk tum "
    "tup tur tut tvl twi tyv udm uga uig ukr umb und urd uzb vai ven vie vol vot wak wal war "
    "was wel wen wln wol xal xho yao yap yid yor ypk zap zbl zen zgh zha znd zul zun zxx zza";

constexpr std::array<Pair, 20> bibliographic{
    {{"sqi", "alb"}, {"hye", "arm"}, {"eus", "baq"}, {"mya", "bur"}, {"zho", "chi"},
     {"ces", "cze"}, {"nld", "dut"}, {"fra", "fre"}, {"kat", "geo"}, {"deu", "ger"},
     {"ell", "gre"}, {"isl", "ice"}, {"mkd", "mac"}, {"mri", "mao"}, {"msa", "may"},
     {"fas", "per"}, {"ron", "rum"}, {"slk", "slo"}, {"bod", "tib"}, {"cym", "wel"}}};

constexpr std::array<Pair, 16> two_letters{{{"cs", "cze"},
                                            {"sk", "slo"},
                                            {"de", "ger"},
                                            {"en", "eng"},
                                            {"fr", "fre"},
                                            {"la", "lat"},
                                            {"pl", "pol"},
                                            {"ru", "rus"},
                                            {"hu", "hun"},
                                            {"it", "ita"},
                                            {"es", "spa"},
                                            {"uk", "ukr"},
                                            {"el", "gre"},
                                            {"nl", "dut"},
                                            {"hr", "hrv"},
                                            {"sr", "srp"}}};

constexpr std::array<Pair, 32> role_words{
    {{"author", "aut"},          {"autor", "aut"},
     {"autorka", "aut"},         {"creator", "cre"},
     {"tvůrce", "cre"},          {"editor", "edt"},
     {"editorka", "edt"},        {"redaktor", "edt"},
     {"redaktorka", "edt"},      {"illustrator", "ill"},
     {"ilustrátor", "ill"},      {"ilustrátorka", "ill"},
     {"translator", "trl"},      {"překladatel", "trl"},
     {"překladatelka", "trl"},   {"publisher", "pbl"},
     {"nakladatel", "pbl"},      {"printer", "prt"},
     {"tiskař", "prt"},          {"photographer", "pht"},
     {"fotograf", "pht"},        {"fotografka", "pht"},
     {"composer", "cmp"},        {"skladatel", "cmp"},
     {"compiler", "com"},        {"sestavovatel", "com"},
     {"autor předmluvy", "aui"}, {"author of introduction", "aui"},
     {"autor doslovu", "aft"},   {"contributor", "ctb"},
     {"přispěvatel", "ctb"},     {"artist", "art"}}};

bool listed(std::string_view list, std::string_view code) {
  if (code.size() != 3 || code.find(' ') != std::string_view::npos) return false;
  // Every code and its space take four places.
  for (std::size_t i = 0; i < list.size(); i += 4)
    if (list.substr(i, 3) == code) return true;
  return false;
}

template <std::size_t N>
std::string looked_up(const std::array<Pair, N>& table, std::string_view key) {
  for (const auto& [from, to] : table)
    if (from == key) return std::string(to);
  return {};
}

}  // namespace

std::string relator_code(std::string_view code_or_word) {
  const std::string text = lower_ascii(trimmed(code_or_word));
  return listed(relators, text) ? text : looked_up(role_words, text);
}

std::string language_code(std::string_view code) {
  const std::string text = lower_ascii(trimmed(code));
  if (listed(languages, text)) return text;
  const std::string other = looked_up(bibliographic, text);
  return other.empty() ? looked_up(two_letters, text) : other;
}

}  // namespace linka
