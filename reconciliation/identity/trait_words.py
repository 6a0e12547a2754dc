"""The words by which titles name amounts, colours, sizes and variants."""

_UNITS = """
volume 1 ml 毫升 | 10 cl | 1000 l litre liter litres liters 升 | 29.57 floz | 3785 gal gallon
mass 0.001 mg | 1 g gr 克 | 1000 kg 公斤 千克 | 28.35 oz ounce | 453.6 lb lbs
length 1 mm | 10 cm 厘米 公分 | 1000 m 米 | 25.4 inch inches in zoll " 寸 英寸 吋 | 304.8 ft feet
power 1 w watt 瓦 | 1000 kw
voltage 1 v volt
charge 1 mah 毫安 | 1000 ah
memory 0.001 mb | 1 gb | 1000 tb
"""
UNITS: dict[str, tuple[str, float]] = {}
for _line in _UNITS.strip().splitlines():
    _kind, _groups = _line.split(" ", 1)
    for _group in _groups.split(" | "):
        _factor, *_names = _group.split()
        UNITS |= {_name: (_kind, float(_factor)) for _name in _names}

_COLOURS = """
black schwarz negro negra đen 黑 黑色 ブラック 黒 ดำ
white weiß weiss blanco blanca trắng 白 白色 ホワイト ขาว
red rot rojo roja đỏ 红 红色 紅 紅色 レッド 赤 แดง
blue blau azul 蓝 蓝色 藍 藍色 ブルー 青 น้ำเงิน
green grün verde 绿 绿色 綠 綠色 グリーン 緑 เขียว
yellow gelb amarillo vàng 黄 黄色 黃色 イエロー เหลือง
grey gray grau gris xám 灰 灰色 グレー เทา
pink rosa hồng 粉 粉色 粉红 ピンク ชมพู
purple lila violet morado tím 紫 紫色 パープル ม่วง
orange naranja cam 橙 橙色 オレンジ ส้ม
brown braun marrón nâu 棕 棕色 咖啡色 ブラウン 茶色 น้ำตาล
silver silber plata plateado bạc 银 银色 銀色 シルバー เงิน
gold golden dorado 金 金色 ゴールド ทอง
beige 米色 ベージュ
navy 藏青 ネイビー
"""
COLOURS = {word: line.split()[0] for line in _COLOURS.strip().splitlines() for word in line.split()}

_SIZES = """
xxs | xs | s small klein | m medium mittel | l large groß gross | xl | 2xl xxl | 3xl xxxl | 4xl | 5xl
"""
SIZES = {word: group.split()[0] for group in _SIZES.strip().split(" | ") for word in group.split()}

# A product with one of these is not the product without it.
VARIANTS = frozenset(
    """
    pro max plus mini ultra lite light se air junior xr refill replacement case cover strap charger cable battery filter
    """.split()
)
SIDES = (
    ({"left", "links", "izquierdo"}, {"right", "rechts", "derecho"}),
    ({"men", "mens", "herren", "hombre"}, {"women", "womens", "damen", "mujer"}, {"kids", "kinder", "niños"}),
)
COUNTED = {"single": 1, "twin": 2, "double": 2, "duo": 2, "triple": 3, "trio": 3, "quad": 4}
PIECES = """
pack packs pk pcs pc pieces piece count ct stück stk unidades uds cái chiếc
件 个装 個裝 个 個 只装 支装 包 盒 瓶 片 条装 本セット 個セット 枚 本入 ชิ้น
""".split()
PACKS = "pack set box bundle case lot juego paquete bộ".split()
