"""Where made-up people live, and their phones. Areas are postcodes with their town; few are large, many are small."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from tests.population.names import Words

LETTERS = "ABCDEFGHJKLMNPRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Area:
    city: str
    state: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Home:
    street: str
    unit: str
    area: Area


@dataclass(frozen=True, slots=True)
class Country:
    """``areas``: how many postcodes; ``narrow``: a postcode is a street or less, as in Singapore."""

    code: str
    cities: tuple[tuple[str, str], ...]
    areas: int
    postcode: Callable[[int, int], str]  # of a city's number and an area's
    streets: Words
    house: str  # how a street is written
    units: str = ""  # how a flat is
    flats: float = 0.35
    narrow: bool = False
    towns: tuple[list[str], list[str]] | None = None  # heads and tails of the names of small towns


def _split(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (city.replace("_", " "), state.replace("_", " ")) for city, _, state in (w.partition("/") for w in text.split())
    )


_ENGLISH = Words(
    """Maple Oak Cedar Pine Elm Washington Lake Hill Park Main Church High Station Mill Spring River Ridge Sunset
Highland Meadow Forest Jackson Lincoln Franklin Chestnut Walnut Willow Birch Victoria Albert King Queen George York
Windsor Manor Grove Orchard Valley Garden Prospect Center Union Academy Liberty Jefferson Madison Adams Dogwood Hickory
Sycamore Magnolia Poplar Laurel Juniper Aspen Sierra Canyon Bay Harbor Ocean Shore Mountain Eagle Falcon Heron""",
    flat=15,
)
_ENGLISH_KINDS = "Street Avenue Road Drive Lane Court Place Way Close Crescent".split()
_GERMAN = Words(
    """Haupt Schul Garten Bahnhof Dorf Berg Birken Linden Kirch Wald Ring Wiesen Mühlen Post Rosen Buchen Schiller Goethe
Mozart Beethoven Feld Sonnen Tannen Ahorn Eichen Blumen Jahn Bismarck Friedrich Kaiser Park See Markt Graben Burg Schloss""",
    flat=10,
)
_MALAY = Words(
    """Mawar Melati Cempaka Kenanga Merdeka Bahagia Indah Permai Damai Setia Harmoni Sentosa Bukit Pantai Sungai
Utama Mewah Jaya Murni Suria Bayu Angsana Meranti Cengal Seroja Teratai Anggerik Dahlia Raja Sultan Tun Hang""",
    flat=10,
)
_THAI = Words(
    """สุขุมวิท พหลโยธิน รามคำแหง ลาดพร้าว เพชรบุรี สีลม สาทร พระราม บางนา รัชดาภิเษก ศรีนครินทร์ จรัญสนิทวงศ์ อ่อนนุช
นวมินทร์ ประชาอุทิศ สุขสวัสดิ์ เพชรเกษม วิภาวดี แจ้งวัฒนะ ติวานนท์ งามวงศ์วาน มิตรภาพ เชียงใหม่ ห้วยแก้ว นิมมาน""",
    flat=6,
)
_CHINESE = Words(
    """中正 中山 民生 民權 民族 復興 忠孝 仁愛 信義 和平 建國 光復 中華 文化 文心 成功 自由 大同 三民 五權 學府 公園 博愛
四維 青年 新生 南京 北平 延平 環河 重慶 松江 敦化 基隆 羅斯福 健康 八德 永和 景平 安康""",
    flat=8,
)
_VIETNAMESE = Words(
    """Lê_Lợi Trần_Hưng_Đạo Nguyễn_Huệ Hai_Bà_Trưng Lý_Thường_Kiệt Điện_Biên_Phủ Cách_Mạng_Tháng_Tám Nguyễn_Trãi
Phan_Chu_Trinh Quang_Trung Lê_Duẩn Võ_Thị_Sáu Nguyễn_Văn_Cừ Hoàng_Diệu Trường_Chinh Phạm_Văn_Đồng Ngô_Quyền Bạch_Đằng""",
    flat=5,
)
_JAPANESE = Words(
    """本町 中央 栄町 旭町 緑町 東町 西町 南町 北町 新町 大手町 桜町 若葉 美園 泉 青葉 日吉 高砂 末広 幸町 元町 港町
千代田 宮前 松原 柏木 上野 小川 神田 浅草""",
    flat=8,
)

COUNTRIES: dict[str, Country] = {one.code: one for one in (
    Country(
        "US", _split("""New_York/NY Los_Angeles/CA Chicago/IL Houston/TX Phoenix/AZ Philadelphia/PA San_Antonio/TX San_Diego/CA
        Dallas/TX San_Jose/CA Austin/TX Jacksonville/FL Columbus/OH Charlotte/NC Seattle/WA Denver/CO Boston/MA Portland/OR"""),
        12_000, lambda city, area: f"{(city * 5_003 + area * 7) % 89_000 + 10_000:05}", _ENGLISH, "{number} {name} {kind}", "Apt {unit}",
        towns=("Spring Green Fair Oak Cedar Lake River Clear Brook Mil George Charles Frank Mad Jack Clay Water West East North South Ash Wind Red Glen".split(),
               "field ville ton ford wood dale port burg mont view land ham bridge haven".split()),
    ),
    Country(
        "DE", _split("""Berlin/Berlin Hamburg/Hamburg München/Bayern Köln/Nordrhein-Westfalen Frankfurt_am_Main/Hessen
        Stuttgart/Baden-Württemberg Düsseldorf/Nordrhein-Westfalen Leipzig/Sachsen Dortmund/Nordrhein-Westfalen Nürnberg/Bayern"""),
        6_000, lambda city, area: f"{(city * 9_001 + area * 11) % 90_000 + 9_000:05}", _GERMAN, "{name}{kind} {number}", "", flats=0.0,
        towns=("Neu Alt Ober Unter Bad_Nieder Gross Klein Hohen Wald Stein Berg Linden Eichen Rosen Schön".split(),
               "dorf berg burg stadt heim hausen feld bach brück walde kirchen au".split()),
    ),
    Country(
        "GB", _split("""London/England Birmingham/England Manchester/England Leeds/England Glasgow/Scotland Liverpool/England
        Bristol/England Sheffield/England Edinburgh/Scotland Cardiff/Wales Belfast/Northern_Ireland Leicester/England"""),
        20_000, lambda city, area: f"{('N', 'B', 'M', 'LS', 'G', 'L', 'BS', 'S', 'EH', 'CF', 'BT', 'LE', 'NR', 'PE', 'YO', 'EX')[city % 16]}"
        f"{area % 60 + 1} {area // 60 % 9 + 1}{LETTERS[area // 540 % 20]}{LETTERS[(area * 7 + city) % 20]}",
        _ENGLISH, "{number} {name} {kind}", "Flat {unit}", flats=0.25, narrow=True,
        towns=("Nor Sut Wes Eas Ash Brad Hal Wood Mar Black Stan Ches Hert Bed Ox Cam".split(), "ton ham ford bury wick ley field mouth church worth".split()),
    ),
    Country(
        "AU", _split("""Sydney/NSW Melbourne/VIC Brisbane/QLD Perth/WA Adelaide/SA Canberra/ACT Hobart/TAS Newcastle/NSW
        Geelong/VIC Cairns/QLD Wollongong/NSW Darwin/NT"""),
        2_500, lambda city, area: f"{(city * 613 + area) % 6_900 + 2_000:04}", _ENGLISH, "{number} {name} {kind}", "Unit {unit}",
        towns=("Bar Wag Gun Mul Koo Bun Wol Par Tam Dub Echu Nara Yarra Tara".split(), "rabool ga dah long bury worth ra warra binga croo dale vale".split()),
    ),
    Country(
        "JP", _split("""千代田区/東京都 新宿区/東京都 世田谷区/東京都 横浜市/神奈川県 大阪市/大阪府 名古屋市/愛知県 札幌市/北海道 福岡市/福岡県
        神戸市/兵庫県 京都市/京都府 川崎市/神奈川県 さいたま市/埼玉県 広島市/広島県 仙台市/宮城県"""),
        20_000, lambda city, area: f"{(city * 61 + area // 97) % 900 + 100}-{area * 13 % 10_000:04}", _JAPANESE, "{name}{block}-{number}-{unit}", "{unit}号室", narrow=True,
        towns=("大 小 上 下 中 東 西 南 北 新 高 長 松 竹 石 川 山 田".split(), "川市 山市 田市 野市 島市 崎市 原市 橋市 沢町 井町".split()),
    ),
    Country("SG", _split("Singapore/Singapore"), 12_000, lambda _, area: f"{area * 53 % 800_000 + 20_000:06}",
            Words("Ang_Mo_Kio Bedok Tampines Jurong_West Woodlands Yishun Hougang Toa_Payoh Bukit_Batok Clementi Serangoon Punggol Sengkang Pasir_Ris Choa_Chu_Kang", flat=6),
            "Blk {number} {name} Avenue {block}", "#{floor:02}-{unit}", flats=0.85, narrow=True),
    Country(
        "MY", _split("""Kuala_Lumpur/Kuala_Lumpur Petaling_Jaya/Selangor Shah_Alam/Selangor Johor_Bahru/Johor George_Town/Pulau_Pinang Ipoh/Perak
        Kuching/Sarawak Kota_Kinabalu/Sabah Seremban/Negeri_Sembilan Melaka/Melaka Alor_Setar/Kedah Kuantan/Pahang Klang/Selangor"""),
        2_500, lambda city, area: f"{(city * 4_507 + area * 10) % 88_000 + 10_000:05}", _MALAY, "No {number}, Jalan {name} {block}", "Unit {unit}", flats=0.2,
        towns=("Kampung_Baru Kuala Bukit Sungai Batu Tanjung Bandar Simpang".split(), "_Besar _Kecil _Jaya _Indah _Puteri _Rambai _Gajah _Perdana".split()),
    ),
    Country(
        "TH", _split("""เขตวัฒนา/กรุงเทพมหานคร เขตจตุจักร/กรุงเทพมหานคร เขตบางกะปิ/กรุงเทพมหานคร เมืองนนทบุรี/นนทบุรี เมืองเชียงใหม่/เชียงใหม่
        บางพลี/สมุทรปราการ เมืองขอนแก่น/ขอนแก่น หาดใหญ่/สงขลา เมืองชลบุรี/ชลบุรี ศรีราชา/ชลบุรี เมืองนครราชสีมา/นครราชสีมา เมืองภูเก็ต/ภูเก็ต"""),
        900, lambda city, area: f"{(city * 797 + area * 10) % 86_000 + 10_000:05}", _THAI, "{number}/{unit} ถนน{name}", "ห้อง {unit}", flats=0.25,
        towns=("บ้าน หนอง บาง ท่า ดอน ห้วย เกาะ โคก วัง".split(), "ใหม่ แก้ว ทอง ไผ่ สวน หลวง นา บัว ยาง".split()),
    ),
    Country(
        "TW", _split("""大安區/臺北市 信義區/臺北市 板橋區/新北市 三重區/新北市 中和區/新北市 桃園區/桃園市 中壢區/桃園市 西屯區/臺中市 北屯區/臺中市
        東區/臺南市 三民區/高雄市 左營區/高雄市 東區/新竹市 羅東鎮/宜蘭縣 花蓮市/花蓮縣 彰化市/彰化縣 屏東市/屏東縣 斗六市/雲林縣"""),
        370, lambda city, area: f"{(city * 43 + area) % 880 + 100:03}", _CHINESE, "{name}路{number}號", "{floor}樓", flats=0.7,
        towns=("大 新 北 南 東 西 中 竹 土 水 員 草".split(), "林鎮 港鄉 埔鄉 山區 屯區 里區 湖鄉 田鄉".split()),
    ),
    Country(
        "VN", _split("""Quận_1/Hồ_Chí_Minh Quận_3/Hồ_Chí_Minh Quận_7/Hồ_Chí_Minh Bình_Thạnh/Hồ_Chí_Minh Gò_Vấp/Hồ_Chí_Minh Ba_Đình/Hà_Nội
        Cầu_Giấy/Hà_Nội Đống_Đa/Hà_Nội Hải_Châu/Đà_Nẵng Ninh_Kiều/Cần_Thơ Biên_Hòa/Đồng_Nai Ngô_Quyền/Hải_Phòng"""),
        800, lambda city, area: f"{(city * 7_001 + area * 10) % 88_000 + 10_000:05}", _VIETNAMESE, "{number} {name}", "Căn hộ {unit}", flats=0.2,
        towns=("Tân Phú Long An Bình Hòa Đông Thạnh".split(), "_Lộc _Mỹ _Hưng _Thuận _Phước _Khánh _Sơn".split()),
    ),
    Country(
        "ID", _split("""Jakarta_Selatan/DKI_Jakarta Jakarta_Barat/DKI_Jakarta Jakarta_Timur/DKI_Jakarta Surabaya/Jawa_Timur Bandung/Jawa_Barat
        Medan/Sumatera_Utara Semarang/Jawa_Tengah Makassar/Sulawesi_Selatan Tangerang/Banten Bekasi/Jawa_Barat Depok/Jawa_Barat Denpasar/Bali"""),
        6_000, lambda city, area: f"{(city * 6_007 + area * 10) % 88_000 + 10_000:05}", _MALAY, "Jl. {name} No. {number}", "RT {unit}", flats=0.3,
        towns=("Suka Tanjung Karang Kota Sumber Gunung Banjar Ci".split(), "bumi mulya rejo sari anyar jaya asih bitung".split()),
    ),
)}  # fmt: skip

PHONES: dict[str, tuple[str, str, tuple[str, ...], int]] = {  # calling code, trunk prefix, starts, digits after
    "US": ("1", "", ("212", "310", "312", "415", "512", "602", "617", "702", "713", "206", "305", "404", "303", "503"), 7),
    "DE": ("49", "0", ("151", "160", "170", "171", "175", "176"), 8), "GB": ("44", "0", ("77", "78", "79", "74"), 8),
    "AU": ("61", "0", ("40", "41", "42", "43"), 7), "JP": ("81", "0", ("90", "80", "70"), 8),
    "SG": ("65", "", ("81", "82", "83", "91", "92", "93", "94", "96", "97"), 6), "MY": ("60", "0", ("12", "13", "16", "17", "19"), 7),
    "TH": ("66", "0", ("81", "82", "85", "86", "89", "91", "92", "95", "98", "62", "65"), 7), "TW": ("886", "0", ("91", "92", "93", "95", "97", "98"), 7),
    "VN": ("84", "0", ("90", "91", "93", "94", "96", "97", "98", "32", "35", "38"), 7), "ID": ("62", "0", ("812", "813", "821", "857", "878"), 8),
}  # fmt: skip


@cache
def areas(code: str) -> tuple[tuple[Area, ...], tuple[float, ...]]:
    """A country's areas with the running sums of their weights: a city's many postcodes, then towns with one or two."""
    country, random = COUNTRIES[code], Random(code)
    found: dict[str, tuple[Area, float]] = {}
    cities = len(country.cities)
    for number in range(country.areas * 2):
        in_city = number < country.areas * (1 if not country.towns else 0.4)
        if in_city:
            place = min(int(random.expovariate(0.25)), cities - 1) if cities > 1 else 0
            city, state = country.cities[place]
        else:
            place = number % cities
            state = country.cities[place][1]
            heads, tails = country.towns or ([city], [""])
            city = (random.choice(heads) + random.choice(tails)).replace("_", " ")
        postcode = country.postcode(place, number)
        found.setdefault(
            postcode, (Area(city, state, postcode), min(random.paretovariate(1.5), 12.0) * (2 if in_city else 1))
        )
        if len(found) == country.areas:
            break
    return tuple(area for area, _ in found.values()), tuple(accumulate(weight for _, weight in found.values()))


def home(random: Random, code: str) -> Home:
    country = COUNTRIES[code]
    found, sums = areas(code)
    area = random.choices(found, cum_weights=sums)[0]
    fixed = Random(area.postcode) if country.narrow else random
    name = country.streets.draw(fixed).replace("_", " ")
    kind = (
        ("straße", "weg", "allee", "platz")[fixed.randrange(4)] if code == "DE" else _ENGLISH_KINDS[fixed.randrange(10)]
    )
    block = fixed.randint(1, 12)
    number = fixed.randint(1, 900) if code == "SG" else random.randint(1, 250)
    unit = random.randint(1, 120)
    street = country.house.format(number=number, name=name, kind=kind, block=block, unit=unit % 30 + 1)
    flat = country.units and random.random() < country.flats
    return Home(street, country.units.format(unit=unit, floor=unit % 20 + 1) if flat else "", area)


def phone(random: Random, code: str) -> str:
    """Digits after the calling code, as E.164 without the plus would end."""
    _, _, starts, digits = PHONES[code]
    first = random.randint(2, 9)
    return f"{random.choice(starts)}{first}{random.randrange(10 ** (digits - 1)):0{digits - 1}}"


def written_phone(random: Random, code: str, digits: str) -> str:
    """A phone as people type it: international, national, with or without spaces."""
    calling, trunk, _, _ = PHONES[code]
    style = random.random()
    if style < 0.4:
        return f"+{calling}{digits}"
    if style < 0.6:
        return f"+{calling} {digits[:3]} {digits[3:6]} {digits[6:]}"
    if style < 0.8:
        return f"{trunk}{digits}"
    return f"{trunk}{digits[:3]}-{digits[3:6]}-{digits[6:]}"
