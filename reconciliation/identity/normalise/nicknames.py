"""Nicknames and spellings of given names, and the one form that stands for them all, romanised and small.

The table is our own. A nickname of several names goes to the commonest: Alex to Alexander, Sam to Samuel.
"""

# English; then German, Spanish, Portuguese, French and Italian, Russian, Arabic names' spellings, Indonesian and Malay.
_TABLE = """
    robert bob bobby rob robbie roberto
    elizabeth elisabeth liz lizzie lizzy beth betty betsy eliza elisa libby
    william bill billy will willy willie wm
    richard rick ricky dick rich richie
    james jim jimmy jamie jas
    john jon johnny johnnie jack
    jonathan jonathon johnathan
    michael mike mikey mick mickey micheal
    thomas tom tommy tomas thos
    charles charlie charley chuck chas
    joseph joe joey jos
    daniel dan danny
    david dave davey davy
    edward ed eddie ted teddy ned
    anthony tony antony anton
    christopher chris kit cristopher kristopher topher
    matthew matt matty mathew
    andrew andy drew andre
    steven steve stephen stevie stefan stephan
    kenneth ken kenny
    ronald ron ronnie
    donald don donnie
    timothy tim timmy
    gregory greg gregg
    jeffrey jeff geoff geoffrey jeffery
    lawrence larry laurence laurie
    benjamin ben benny benji benjamim
    samuel sam sammy
    alexander alex alec sandy xander aleksandr aleksander alexandr
    nicholas nick nicky nicolas nikolas nico
    patrick pat paddy
    peter pete petr
    philip phil phillip
    raymond ray
    stanley stan
    frederick fred freddy freddie frederic fredrick
    frank frankie
    francis fran
    gerald gerry jerry
    henry harry hank
    harold hal
    arthur art artie
    albert bert bertie
    leonard len lenny leo
    martin marty
    vincent vince vinny
    walter walt wally
    zachary zach zack zac
    nathaniel nate nathan nat
    joshua josh
    jacob jake
    abraham abe
    douglas doug
    russell russ
    terrence terry terence
    theodore theo
    eugene gene
    maxwell max
    maximilian maxi
    katherine kate katie kathy kathryn catherine cathy kay kath katy kitty katharine katherina cate
    margaret maggie meg peggy marge margie greta
    jennifer jen jenny jenn jennie
    jessica jess jessie
    susan sue susie suzy suzie
    suzanne susanne suzan
    patricia patty patti tricia trish
    barbara barb babs
    deborah deb debbie debra debby
    rebecca becky becca rebekah
    victoria vicky vicki tori vickie
    samantha sammie
    christine chrissy tina christina kristina kristine cristina
    kimberly kimberley kimmy
    alexandra alexa lexi sasha
    amanda mandy
    abigail abby gail abbie
    angela angie
    cynthia cindy
    dorothy dot dottie dolly
    eleanor ellie nell nora elinor
    isabella bella isabel izzy isabelle isobel
    jacqueline jackie jacquelyn
    josephine josie
    judith judy
    julia julie
    laura lauren
    linda lynda
    madeleine maddie madeline madison
    melissa mel missy
    michelle shelly michele
    nancy nan
    natalie nattie natalia
    pamela pam
    penelope penny
    sandra sandi
    sarah sara sally sadie
    stephanie steph stefanie
    teresa terri tess theresa tessa
    valerie val
    veronica ronny
    virginia ginny
    yvonne vonnie
    johannes hannes hans johann
    friedrich fritz fridrich
    heinrich heinz heiner
    wilhelm willi
    sebastian basti bastian
    joachim jochen achim
    matthias mathias matze
    andreas andi
    ulrich uli ulli
    juergen jurgen
    gertrud trudi
    susanna susi
    francisco paco pancho curro chico
    jose pepe
    ignacio nacho
    manuel manolo manu
    enrique quique kike
    eduardo edu lalo
    jesus chuy
    guillermo memo
    guadalupe lupe lupita
    dolores lola
    concepcion concha conchita
    mercedes merche
    rosario charo
    antonio tono toni tonho toninho
    alejandro ale
    fernando nando
    luis lucho luiz
    joao joaozinho
    carlos carlinhos
    paulo paulinho
    marcelo celo
    giuseppe beppe peppe
    salvatore toto
    luigi gigi
    ivan vanya
    dmitri dima mitya dmitry dmitriy dmytro
    vladimir vova volodya volodymyr wladimir
    yekaterina katya ekaterina
    anastasia nastya anastasiya
    mikhail misha mihail
    nikolai kolya nikolay
    sergei seryozha sergey serge sergiy serhii
    aleksei alyosha alexey aleksey alexei lyosha
    yevgeny zhenya evgeny yevgeniy evgeniy evgenii
    maria mary masha marie mariya
    mohammed muhammad mohammad mohamed muhammed mohamad mohd muhamad mohamet mehmet muhd
    ahmed ahmad achmad akhmed
    abdullah abdallah abdulla
    hussein hussain hossein husein husain
    hassan hasan
    yusuf yousef youssef yousuf yosef
    omar umar
    ali aly
    ibrahim ebrahim
    fatima fatimah fatma
    aisha aishah aysha ayesha
    siti sitti
    khalid khaled
    mustafa mostafa mustapha
"""
FORMAL = {short: line.split()[0] for line in _TABLE.strip().splitlines() for short in line.split()[1:]}


def formal(word: str) -> str:
    """The formal form of a nickname or spelling, and any other word as it is."""
    return FORMAL.get(word, word)
