"""Words that no lexicon may hold by themselves, common words, and common Chinese characters in both forms.

Common words are what searches hold everywhere: one that lies near a brand name is not a misspelling of it.
"""

STOP = frozenset(
    """
    a an and are as at be best brand buy by cheap do for free from how in is it me my near new of off on online or our
    sale shop store the this to top up us vs we what when where which why with you your
    aus bei billig das der die ein eine fur gunstig im kaufen mit oder und von zu zum
    al barato comprar con de del el en es la las lo los mejor o para por precio que sin un una y
    ban cho co cua gia va mua tot re chinh hang
    的 和 了 在 是 买 怎么 什么 哪个 推荐 の は が を に で と も おすすめ 人気 และ ของ ที่ ราคา ซื้อ รีวิว
    """.split()
)

COMMON = frozenset(
    """
    about above after again album alarm amber angel anger ankle apple april apron audio award baby banner banker basic
    basket battery beach beard beauty bench bicycle binder black blade blank blanket blender blind block blood board
    bonus boost booster booth boots border bottle bottom bowls boxes bracelet brake branch brand brass bread break
    breeze brew brewing brick bride bridge bright broom brown brush bucket buckle bumper bunker butter button cabin
    cabinet cable cables cactus calendar camera camping candle candy canvas carbon carpet carrier cases castle ceiling
    center ceramic chain chair chalk change charge charger cheap check cheese cherry chest child children chrome
    cinema circle classic clean cleaner clear clock closet cloth clothes clothing cloud coach coast cocoa coffee color
    colour comfort compact compass control cookie cooler copper corner cotton couch counter country cover cream cross
    crown crystal curtain curve custom cycle daily dance danger deck decor deep delta denim design desk diamond diaper
    dining dinner direct double dough dragon drain drawer dream dress drill drink drive driver dryer earring earth
    edge electric elegant energy engine espresso essential evening extra fabric facial family fashion father feather
    fiber filter finder finger first fitness flame flash fleece flex flight floor flower focus folder food force
    forest frame french fresh frozen fruit fryer fusion garage garden gentle giant ginger girls glass global glove
    gloves glow gold golden grand grape grass green grill grinder grocery guard guide guitar hammer hammock handle
    hanger hanging happy harbor hard harmony heart heater heavy herbal hiking holder holiday home honey hoodie hooks
    horizon horse hotel house hunter indoor infant inner insert iphone island jacket jersey jewelry joint jumper
    jungle junior kettle keyboard kids kitchen knife knob label ladder lamp laptop large laser latch lava leaf leather
    legend lemon level levels light lights linen liner lines liquid little living lock loose lotion lounge lunar
    lunch luxury machine magic magnet major maker mango maple marble marine marker mask master matte mattress medium
    memory metal micro middle milk mini mirror mixer model modern money monitor moon morning mother motion motor
    mount mountain mouse mouth movie nails nature needle neutral night noble north novel novels november novelty nylon
    ocean office olive omega onion orange orbit organic organizer origin outdoor oven over oxygen pants paper party
    patch patio peach pearl pedal pencil pepper perfect phone photo piano picnic picture pillow pink pipe pitcher
    planet plant planter plastic plate platinum player pliers plumb plumber plumbing pocket point polar polish pool
    poster pouch pound powder power premium press pressure prime print printer prism protein puzzle queen quick quiet
    quilt racing radar radio rain rainbow range ranger rapid razor ready rectangle refill relax remote replacement
    resin rest ribbon ridge ring river road robot rocket roller roman roof room rose rotary round router royal rubber
    ruler runner rustic safety salad salon salt sand sander sandal satin sauce scale scarf school scissors scooter
    screen screw sensor series serum shade shadow shampoo sharp shaver sheet shelf shell shield shine shirt shoes
    short shorts shower silicone silk silver simple single sink skirt sleep sleeve slide slim slipper smart smoke
    smooth snack snow soap sofa soft solar solid sonic sound south space spare spark speaker spice spider spiral
    sponge spoon sport spray spring square stainless stand star starter station steam steel stick sticker stone
    stool storage storm stove straight strap straw stream street strip strong studio style sugar suit summer sun
    sunny sunrise sunset super surface swim switch sword table tablet tank tape target taste teapot tennis thermal
    thread throw tiger tile timber timer tire toast toaster toilet tools tooth torch total touch towel tower track
    trail train travel tray treat tripod truck trunk tube turbo twist ultra under unicorn urban utility vacuum valley
    valve vanilla vanity velvet vest vintage vinyl violet vision vitamin wagon walker wall wallet warm washer watch
    water wave weather wedding weight wheel white wide window wine winter wired wireless wonder wood wooden world
    wrap wrench wrist yellow youth zebra zipper air pro max plus lite pure
    abend adapter angebot bohrer brille decke deckel dose draht durch eimer eisen farbe feder fenster flasche garten
    geschenk glas grun halter hammer handy haus herren hulle jacke kabel kaffee kalender kanne kasten kerze kinder
    kissen klein koffer kopf korb lampe leder leiter licht messer muhle novelle ofen papier pfanne platte puppe
    regal ring rohr rolle schale schere schirm schrank schuhe schwarz seife seil spiegel spiel stift stuhl tasche
    tasse teller tisch topf uhr wanne wasser weiss werkzeug
    agua alfombra anillo azul banco blanco bolsa bota botas botella cable cadena caja calcetin caldera calderas
    caldero camisa carro casa cesta cinta coche cocina collar cuchillo espejo falda flores funda gafas grande guantes
    hierro hogar hombre horno jabon jarra jardin juego juguete lampara libro llave luna luz madera mantel mesa mujer
    negro nino novela novelas novia novio olla pantalon papel pequeno perro plancha plato puerta queso reloj rojo ropa
    sabana silla taza tela tijeras toalla vaso ventana verde vestido vino zapato
    """.split()
)

_TRADITIONAL = (
    "準繩諾藍聽無線電腦機車門開關東風馬鳥魚龍龜國園圖書畫學習語說話讀寫設計訂購買賣價錢貨運費質優號碼紅綠"
    "藥醫護膚髮妝飾鏡鐘錶鞋襪褲裙帶傘燈爐鍋盤碗壺豬雞鴨牛羊麵飯湯糧麥穀葉蘋檸檬灣島縣鄉鎮廠廣場飛駕駛輪"
    "單雙對張個隻條塊點級層體積長寬厚輕強轉換連接頭釘鋼鐵銅銀鑽螢幕網絡軟硬盤內裝專業員會師傅兒童嬰媽爺奶"
    "歡樂遊戲運動競賽氣溫熱凍乾濕潔淨掃塵濾紙筆剪膠貼標籤識別辦務農夫豐華麗麼沖濃縮磨亞聯諮詢維護緣總統"
    "徳為衛薩羅臺後從來見觀覽選擇應該實際現時間舊歲們過還進遠近邊際達適遙獎勵壓縮絲織繡級紋細終給絕經緊"
)
_SIMPLE = (
    "准绳诺蓝听无线电脑机车门开关东风马鸟鱼龙龟国园图书画学习语说话读写设计订购买卖价钱货运费质优号码红绿"
    "药医护肤发妆饰镜钟表鞋袜裤裙带伞灯炉锅盘碗壶猪鸡鸭牛羊面饭汤粮麦谷叶苹柠檬湾岛县乡镇厂广场飞驾驶轮"
    "单双对张个只条块点级层体积长宽厚轻强转换连接头钉钢铁铜银钻荧幕网络软硬盘内装专业员会师傅儿童婴妈爷奶"
    "欢乐游戏运动竞赛气温热冻干湿洁净扫尘滤纸笔剪胶贴标签识别办务农夫丰华丽么冲浓缩磨亚联咨询维护缘总统"
    "德为卫萨罗台后从来见观览选择应该实际现时间旧岁们过还进远近边际达适遥奖励压缩丝织绣级纹细终给绝经紧"
)
# Simplified for traditional. Both sides of a comparison pass it, so a wrong pair could only make two words one.
SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLE)
