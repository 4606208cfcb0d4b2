namespace PortalIntegration.Sandbox.Seed;

/// <summary>One property in which the articles of a family differ; prices and weights grow from option to option.</summary>
internal sealed record Dimension(string Name, string? Unit, double PriceGrowth, double WeightGrowth, string[] Options);

/// <summary>How a family is sold: a unit with how many base units it holds, smallest quantity and step.</summary>
internal sealed record Pack(string Unit, decimal Factor, decimal Minimum = 1, decimal Step = 1);

/// <summary>Articles of one kind. An option is <c>text</c> or <c>text~CODE</c>; the code goes into the SKU.</summary>
internal sealed record Family(
    string Group,
    string Category,
    string Name,
    string Prefix,
    string Title,
    string Text,
    double Price,
    double Kilos,
    decimal PriceUnit,
    Pack[] Packs,
    string[] Makers,
    Dimension[] Dimensions)
{
    public int Combinations { get; } = Dimensions.Aggregate(1, (n, d) => n * d.Options.Length) * Makers.Length;
}

/// <summary>The trade: industrial parts.</summary>
internal static class Trade
{
    private static readonly Pack[] Pieces = [new("PCE", 1), new("BX", 10)];
    private static readonly Pack[] Single = [new("PCE", 1)];
    private static readonly Pack[] Small = [new("BX", 100), new("PCE", 1, 100, 100)];
    private static readonly Pack[] Metres = [new("M", 1, 1, 0.5m), new("ROL", 50)];
    private static readonly Pack[] Pairs = [new("PR", 1), new("BX", 12)];
    private static readonly string[] FastenerMakers = ["Norrkula", "Schraubwerk Ruhr", "Tornillería Vasca", "Bolt & Barrow"];
    private static readonly string[] BearingMakers = ["Norrkula", "Rulmak", "Kugelwerk", "Asahi Roller", "Ložiska Plzeň"];
    private static readonly string[] SealMakers = ["Dichtwerk", "Guarnitec", "Sealine", "Tätverk"];
    private static readonly string[] FluidMakers = ["Hydronord", "Oleotecnica", "Fluidair", "Pressura"];
    private static readonly string[] ToolMakers = ["Zerspan", "Hartmetall Graz", "Cutline", "Utensilia"];
    private static readonly string[] SafetyMakers = ["Skyddsverk", "Protegra", "Handwerker", "Safestep"];
    private static readonly string[] GeneralMakers = ["Werkplus", "Nordtool", "Fabrik 7", "Atelier Lyon"];

    public static IReadOnlyList<(string Id, string Name)> Groups { get; } =
    [
        ("fasteners", "Fasteners"), ("bearings", "Bearings"), ("seals", "Seals"), ("hydraulics", "Hydraulics"), ("pneumatics", "Pneumatics"),
        ("cutting", "Cutting tools"), ("drives", "Drives"), ("safety", "Safety"), ("tools", "Hand tools"), ("chemicals", "Lubricants and adhesives"),
        ("electrical", "Motors and sensors"), ("hoses", "Hoses and couplings"),
    ];

    public static IReadOnlyList<Family> Families { get; } =
    [
        new("bearings", "bearings-deep-groove", "Deep groove ball bearings", "BRG", "Deep groove ball bearing {0}{1} {2}", "Single row ball bearing for radial loads and high speeds, DIN 625", 2.1, 0.03, 1, Pieces, BearingMakers,
            [D("Series", null, 1.4, 1.6, "60|62|63|64"), D("Bore number", null, 1.16, 1.22, "00|01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16"), D("Sealing", null, 1.12, 1, "open~O|2Z steel shields~2Z|2RS rubber seals~2RS"), D("Clearance", null, 1.03, 1, "CN|C3")]),
        new("fasteners", "fasteners-hex-bolts", "Hexagon head bolts", "HXB", "Hexagon head bolt {0}x{1} {2}", "Hexagon head screw, fully threaded, DIN 933 / ISO 4017", 3.9, 0.003, 100, Small, FastenerMakers,
            [D("Thread", null, 1.5, 1.6, "M4|M5|M6|M8|M10|M12|M14|M16|M20|M24|M30"), D("Length", "mm", 1.09, 1.12, "10|12|16|20|25|30|35|40|45|50|60|70|80|100|120|140"), D("Material", null, 1.25, 1, "steel 8.8 zinc plated~88Z|steel 10.9 plain~109|stainless A2~A2|stainless A4~A4")]),
        new("fasteners", "fasteners-socket-screws", "Socket head cap screws", "SHC", "Socket head cap screw {0}x{1} {2}", "Allen screw with cylindrical head, DIN 912 / ISO 4762", 4.6, 0.003, 100, Small, FastenerMakers,
            [D("Thread", null, 1.48, 1.6, "M3|M4|M5|M6|M8|M10|M12|M16|M20|M24"), D("Length", "mm", 1.09, 1.12, "8|10|12|16|20|25|30|35|40|45|50|60|70|80|100"), D("Material", null, 1.25, 1, "steel 8.8 zinc plated~88Z|steel 12.9 black~129|stainless A2~A2|stainless A4~A4")]),
        new("fasteners", "fasteners-nuts", "Hexagon nuts", "HXN", "Hexagon nut {0} {1} {2}", "Hexagon nut with metric thread", 1.6, 0.002, 100, Small, FastenerMakers,
            [D("Thread", null, 1.5, 1.6, "M3|M4|M5|M6|M8|M10|M12|M14|M16|M20|M24|M30|M36"), D("Type", null, 1.3, 1.1, "DIN 934~934|lock nut DIN 985~985|flange nut DIN 6923~6923|cap nut DIN 1587~1587|thin DIN 439~439"), D("Material", null, 1.3, 1, "steel zinc plated~Z|steel 10 plain~10|stainless A2~A2|stainless A4~A4|brass~MS")]),
        new("fasteners", "fasteners-washers", "Washers", "WSH", "Washer {0} {1} {2}", "Flat or spring washer for metric bolts", 0.7, 0.001, 100, Small, FastenerMakers,
            [D("For thread", null, 1.4, 1.5, "M3|M4|M5|M6|M8|M10|M12|M14|M16|M20|M24|M30|M36"), D("Type", null, 1.2, 1.1, "DIN 125 A~125|large DIN 9021~9021|spring DIN 127~127|serrated DIN 6798~6798|wedge lock~WL"), D("Material", null, 1.3, 1, "steel zinc plated~Z|stainless A2~A2|stainless A4~A4|polyamide~PA|copper~CU")]),
        new("fasteners", "fasteners-threaded-rods", "Threaded rods", "TRD", "Threaded rod {0} {1} {2}", "Threaded bar DIN 975, sold by the metre", 0.9, 0.1, 1, [new("M", 1), new("BX", 10)], FastenerMakers,
            [D("Thread", null, 1.4, 1.5, "M4|M5|M6|M8|M10|M12|M14|M16|M18|M20|M24|M27|M30"), D("Material", null, 1.4, 1, "steel 4.8~48|steel 8.8~88|steel 10.9~109|stainless A2~A2|stainless A4~A4"), D("Pitch", null, 1.1, 1, "coarse~C|fine~F|left hand~LH")]),
        new("fasteners", "fasteners-anchors", "Anchors", "ANC", "Wedge anchor {0}x{1} {2}", "Expansion anchor for concrete, approved for cracked concrete", 0.8, 0.05, 1, [new("BX", 25), new("PCE", 1)], FastenerMakers,
            [D("Thread", null, 1.5, 1.6, "M6|M8|M10|M12|M16|M20"), D("Length", "mm", 1.1, 1.12, "50|65|75|85|95|110|125|145|165|200"), D("Material", null, 1.5, 1, "steel zinc plated~Z|hot-dip galvanised~HDG|stainless A4~A4")]),
        new("fasteners", "fasteners-rivets", "Blind rivets", "RIV", "Blind rivet {0}x{1} {2}", "Pop rivet with dome head, ISO 15977", 3.1, 0.001, 100, Small, FastenerMakers,
            [D("Diameter", "mm", 1.3, 1.4, "2.4|3|3.2|4|4.8|5|6|6.4"), D("Length", "mm", 1.06, 1.1, "6|8|10|12|14|16|18|20|25|30"), D("Material", null, 1.3, 1, "aluminium / steel~AS|steel / steel~SS|stainless / stainless~XX|aluminium / aluminium~AA")]),
        new("bearings", "bearings-tapered-roller", "Tapered roller bearings", "TRB", "Tapered roller bearing {0}{1}", "Cone and cup, for combined radial and axial loads, ISO 355", 7.5, 0.15, 1, Pieces, BearingMakers,
            [D("Series", null, 1.25, 1.3, "302|303|313|320|322|323|329|330|331"), D("Bore number", null, 1.15, 1.2, "02|03|04|05|06|07|08|09|10|11|12|13|14|15|16"), D("Clearance", null, 1.05, 1, "standard~S|paired~DF|extended~X")]),
        new("bearings", "bearings-needle-roller", "Needle roller bearings", "NRB", "Needle roller bearing {0} {1}x{2}", "Drawn cup or machined ring, small section height", 3.4, 0.02, 1, Pieces, BearingMakers,
            [D("Type", null, 1.3, 1.2, "HK|BK|NK|NKI|NA49|RNA49"), D("Shaft", "mm", 1.07, 1.1, "6|8|10|12|14|15|16|17|18|20|22|25|28|30|35|40"), D("Width", "mm", 1.06, 1.08, "8|10|12|14|16|20|22|26")]),
        new("bearings", "bearings-housed-units", "Bearing housings", "PIL", "Pillow block {0} shaft {1} mm, {2}", "Housed bearing unit, greased for life, with set screw", 14, 0.7, 1, Single, BearingMakers,
            [D("Housing", null, 1.1, 1.1, "UCP|UCF|UCFL|UCT|UCPA|UCFC"), D("Shaft", "mm", 1.15, 1.2, "12|15|17|20|25|30|35|40|45|50|55|60|65|70"), D("Material", null, 1.5, 1, "cast iron~GG|stainless~SS|polymer~PBT"), D("Seal", null, 1.08, 1, "single~1|triple~3")]),
        new("seals", "seals-o-rings", "O-rings", "ORG", "O-ring {0} x {1} mm {2}", "O-ring gasket, ISO 3601, for static and dynamic sealing", 8.5, 0.001, 100, Small, SealMakers,
            [D("Inner diameter", "mm", 1.06, 1.07, "3|4|5|6|8|10|12|14|16|18|20|22|25|28|30|32|35|40|45|50|60|70|80|90|100"), D("Section", "mm", 1.25, 1.4, "1|1.5|1.78|2|2.62|3|3.53|4|5.33"), D("Material", null, 1.6, 1, "NBR 70~N70|EPDM 70~E70|silicone 70~S70|FKM 80~F80")]),
        new("seals", "seals-shaft-seals", "Rotary shaft seals", "SHS", "Shaft seal {0}x{1} mm, type {2}, {3}", "Radial oil seal with rubber casing, DIN 3760", 1.9, 0.02, 1, Pieces, SealMakers,
            [D("Shaft", "mm", 1.06, 1.08, "10|12|15|17|20|22|25|28|30|32|35|38|40|42|45|50|55|60|65|70"), D("Housing step", "mm", 1.04, 1.05, "7|8|10|12"), D("Type", null, 1.12, 1, "A|AS|B|BS"), D("Material", null, 1.9, 1, "NBR|FKM|HNBR")]),
        new("seals", "seals-flange-gaskets", "Flange gaskets", "FLG", "Flange gasket DN{0} PN{1}, {2}", "Flat ring gasket to EN 1514-1", 1.2, 0.03, 1, Pieces, SealMakers,
            [D("Nominal width", null, 1.18, 1.22, "10|15|20|25|32|40|50|65|80|100|125|150|200|250|300"), D("Pressure", null, 1.06, 1, "6|10|16|25|40|63"), D("Material", null, 1.45, 1, "aramid fibre~AF|graphite~GR|PTFE~PT|EPDM with steel~ES|spiral wound~SW")]),
        new("seals", "seals-hydraulic", "Hydraulic seals", "HYS", "Rod seal {0}x{1} mm, {2} {3}", "Seal for cylinders up to 400 bar", 3.8, 0.01, 1, Pieces, SealMakers,
            [D("Rod", "mm", 1.07, 1.1, "10|12|14|16|18|20|22|25|28|32|36|40|45|50|56|63|70|80|90|100"), D("Groove step", "mm", 1.06, 1.1, "8|10|15"), D("Profile", null, 1.15, 1, "U-ring~U|wiper~W|piston compact~K|guide ring~G"), D("Material", null, 1.4, 1, "PU|PTFE|NBR")]),
        new("hydraulics", "hydraulics-cylinders", "Hydraulic cylinders", "HCY", "Hydraulic cylinder {0}/{1} stroke {2} mm", "Double acting cylinder, 210 bar, chromed rod", 96, 4, 1, Single, FluidMakers,
            [D("Bore", "mm", 1.28, 1.35, "25|32|40|50|63|80|100|125"), D("Rod share", null, 1.1, 1.05, "standard~16|strong~22"), D("Stroke", "mm", 1.08, 1.12, "50|80|100|125|160|200|250|300|320|400|500|600|800"), D("Mount", null, 1.09, 1.05, "eye~E|flange~F|trunnion~T|foot~P")]),
        new("hydraulics", "hydraulics-hoses", "Hydraulic hoses", "HHO", "Hydraulic hose {0} DN{1}, {2}", "Steel reinforced hose, oil resistant, EN 853 / EN 857, sold by the metre", 3.2, 0.35, 1, Metres, FluidMakers,
            [D("Type", null, 1.3, 1.3, "1SN|2SN|1SC|2SC|4SP|4SH|R7"), D("Nominal width", null, 1.25, 1.3, "06|08|10|12|16|20|25|32|38|51"), D("Cover", null, 1.15, 1, "standard~S|abrasion resistant~A|flame resistant~F|blue food~B")]),
        new("hydraulics", "hydraulics-fittings", "Hydraulic fittings", "HFT", "{0} {1} x {2} {3}", "Cutting ring fitting, DIN 2353, zinc nickel", 2.2, 0.06, 1, Pieces, FluidMakers,
            [D("Shape", null, 1.2, 1.2, "Straight fitting~GE|Elbow fitting~WE|Tee fitting~TE|Bulkhead fitting~SV|Banjo fitting~SWV|Swivel elbow~EW"), D("Tube", "mm", 1.15, 1.2, "6|8|10|12|15|18|22|28|35|42"), D("Thread", null, 1.1, 1.1, "G1/8~G18|G1/4~G14|G3/8~G38|G1/2~G12|G3/4~G34|G1~G1|M14x1.5~M14|M18x1.5~M18"), D("Series", null, 1.25, 1.2, "L|S")]),
        new("hydraulics", "hydraulics-pumps", "Gear pumps", "HPU", "Gear pump {0} cm³ {1}, {2}", "External gear pump, group 2, 250 bar", 118, 2.6, 1, Single, FluidMakers,
            [D("Displacement", "cm³", 1.06, 1.05, "4|5.5|6|8|9|11|12|14|16|19|22.5|25|28|32"), D("Rotation", null, 1, 1, "left~L|right~R"), D("Shaft", null, 1.08, 1, "tapered 1:8~T|tapered 1:5~U|splined~S|parallel~P"), D("Ports", null, 1.05, 1, "flange~F|BSP~B|SAE~E")]),
        new("hydraulics", "hydraulics-filters", "Hydraulic filters", "HFI", "Filter element {0} {1} µm {2}", "Return line or pressure filter element", 11, 0.4, 1, Pieces, FluidMakers,
            [D("Size", null, 1.25, 1.3, "0030|0060|0075|0110|0160|0240|0330|0500|0660|0850"), D("Rating", "µm", 0.94, 1, "3|5|6|10|16|20|25"), D("Medium", null, 1.2, 1, "glass fibre~G|paper~P|steel mesh~W|water absorbing~A"), D("Seal", null, 1.15, 1, "NBR|FKM")]),
        new("pneumatics", "pneumatics-cylinders", "Pneumatic cylinders", "PCY", "Compact cylinder {0}x{1} {2}", "Double acting, ISO 21287, magnetic piston", 24, 0.4, 1, Single, FluidMakers,
            [D("Bore", "mm", 1.2, 1.3, "16|20|25|32|40|50|63|80|100"), D("Stroke", "mm", 1.06, 1.1, "5|10|15|20|25|30|40|50|60|80|100"), D("Rod", null, 1.08, 1, "male thread~M|female thread~F|through rod~T"), D("Cushion", null, 1.1, 1, "elastic~E|adjustable~P")]),
        new("pneumatics", "pneumatics-push-in", "Push-in fittings", "PFT", "Push-in fitting {0} {1} mm, {2}", "Plug connector for compressed air, nickel plated brass", 1.1, 0.02, 1, [new("PCE", 1), new("BX", 10)], FluidMakers,
            [D("Shape", null, 1.15, 1.15, "straight~S|elbow~L|tee~T|Y~Y|bulkhead~B|plug~P|reducer~R"), D("Tube", "mm", 1.15, 1.2, "4|6|8|10|12|14|16"), D("Thread", null, 1.1, 1.15, "M5|G1/8~G18|G1/4~G14|G3/8~G38|G1/2~G12|none~N"), D("Body", null, 1.4, 1, "brass~MS|polymer~PB|stainless~SS")]),
        new("pneumatics", "pneumatics-tubes", "Pneumatic tubes", "PTU", "Air tube {0} mm {1} {2}", "Calibrated tube for push-in fittings, sold by the metre", 0.42, 0.03, 1, [new("M", 1, 5, 1), new("ROL", 100)], FluidMakers,
            [D("Outer diameter", "mm", 1.3, 1.4, "3|4|5|6|8|10|12|14|16"), D("Material", null, 1.25, 1, "PU|PA|PE|PTFE|antistatic PU~PUA|flame retardant~FR"), D("Colour", null, 1, 1, "blue~BU|black~BK|clear~CL|red~RD|yellow~YE|green~GN|grey~GY|silver~SV")]),
        new("pneumatics", "pneumatics-valves", "Solenoid valves", "PVL", "Solenoid valve {0} {1} {2}", "Directional valve for compressed air, manual override", 31, 0.3, 1, Single, FluidMakers,
            [D("Function", null, 1.18, 1.1, "2/2~22|3/2~32|5/2 single~52S|5/2 double~52D|5/3 closed~53C|5/3 vented~53V"), D("Port", null, 1.2, 1.3, "M5|G1/8~G18|G1/4~G14|G3/8~G38|G1/2~G12"), D("Voltage", null, 1.02, 1, "24 V DC~24D|12 V DC~12D|24 V AC~24A|110 V AC~110|230 V AC~230"), D("Plug", null, 1.06, 1, "M12|type B~B|type C~C|cable~K")]),
        new("cutting", "cutting-drills", "Twist drills", "DRL", "Twist drill {0} mm {1} {2}", "Jobber drill DIN 338 for steel and cast iron", 1.3, 0.01, 1, [new("PCE", 1), new("BX", 10)], ToolMakers,
            [D("Diameter", "mm", 1.05, 1.07, "1|1.5|2|2.5|3|3.2|3.3|3.5|4|4.2|4.5|5|5.5|6|6.5|6.8|7|8|8.5|9|10|10.2|11|12|13|14|16"), D("Grade", null, 1.7, 1, "HSS-R~R|HSS-G~G|HSS-E cobalt~E|HSS-E TiAlN~T|solid carbide~C"), D("Length", null, 1.3, 1.4, "jobber~J|stub~S|long~L|extra long~X")]),
        new("cutting", "cutting-end-mills", "End mills", "EML", "End mill {0} mm, {1} flutes, {2}", "Solid carbide milling cutter with coating", 13, 0.03, 1, Single, ToolMakers,
            [D("Diameter", "mm", 1.14, 1.3, "2|3|4|5|6|8|10|12|14|16|20"), D("Flutes", null, 1.12, 1, "2|3|4|6"), D("Coating", null, 1.15, 1, "TiAlN~A|AlCrN~C|diamond~D|uncoated~U"), D("Form", null, 1.12, 1, "square~S|ball nose~B|corner radius~R|roughing~P|long~L")]),
        new("cutting", "cutting-inserts", "Indexable inserts", "INS", "Insert {0} {1} {2}", "Turning and milling insert, box of 10", 4.2, 0.01, 1, [new("BX", 10), new("PCE", 1, 10, 10)], ToolMakers,
            [D("Shape", null, 1.05, 1.1, "CNMG|DNMG|WNMG|TNMG|VNMG|SNMG|CCMT|DCMT|TCMT|VCMT|APKT|RCMT"), D("Size", null, 1.15, 1.3, "060204|09T304|09T308|120404|120408|120412|150608|160408"), D("Grade", null, 1.1, 1, "P25 steel~P25|P35 steel~P35|M20 stainless~M20|K15 cast iron~K15|N10 aluminium~N10|H10 hardened~H10")]),
        new("cutting", "cutting-discs", "Cutting and grinding discs", "CUT", "Disc {0}x{1} mm {2}", "Resin bonded disc for angle grinders, EN 12413", 0.9, 0.08, 1, [new("BX", 25), new("PCE", 1, 5, 5)], ToolMakers,
            [D("Diameter", "mm", 1.25, 1.4, "76|100|115|125|150|180|230|300|350"), D("Thickness", "mm", 1.1, 1.3, "1|1.6|1.9|2.5|3|4|6|7|8"), D("For", null, 1.2, 1, "steel~S|stainless~X|aluminium~A|stone~C|cast iron~G|universal~U")]),
        new("cutting", "cutting-taps", "Taps", "TAP", "Machine tap {0} {1} {2}", "Thread cutter DIN 371 / 376", 7.8, 0.02, 1, Single, ToolMakers,
            [D("Thread", null, 1.1, 1.25, "M2|M2.5|M3|M4|M5|M6|M8|M10|M12|M14|M16|M20|M24"), D("Hole", null, 1.05, 1, "through spiral point~B|blind spiral flute~C|straight~D|forming~F"), D("Grade", null, 1.3, 1, "HSS-E~E|HSS-E TiN~T|HSS-PM~P|carbide~C"), D("Tolerance", null, 1.05, 1, "6H|6G|4H")]),
        new("drives", "drives-v-belts", "V-belts", "VBT", "V-belt {0} {1} mm", "Wrapped or raw edge belt, DIN 7753, antistatic", 3.1, 0.12, 1, Pieces, GeneralMakers,
            [D("Profile", null, 1.3, 1.4, "SPZ|SPA|SPB|SPC|XPZ|XPA|XPB|A|B|C"), D("Length", "mm", 1.035, 1.05, "560|630|710|750|800|850|900|950|1000|1060|1120|1180|1250|1320|1400|1500|1600|1700|1800|1900|2000|2120|2240|2360|2500|2650|2800|3000"), D("Set", null, 1.1, 1, "single~1|matched~M")]),
        new("drives", "drives-timing-belts", "Timing belts", "TBT", "Timing belt {0} {1} mm, width {2} mm", "Polyurethane synchronous belt with steel cords", 6.4, 0.06, 1, Single, GeneralMakers,
            [D("Profile", null, 1.2, 1.2, "T2.5|T5|T10|AT5|AT10|HTD 3M~3M|HTD 5M~5M|HTD 8M~8M"), D("Length", "mm", 1.05, 1.08, "200|255|305|340|400|450|500|560|630|700|800|900|1000|1120|1250|1400"), D("Width", "mm", 1.25, 1.5, "6|9|10|15|16|20|25|30|32|50")]),
        new("drives", "drives-chains", "Roller chains", "CHN", "Roller chain {0} {1} {2}", "Precision roller chain ISO 606, sold by the metre", 8.5, 0.9, 1, [new("M", 1, 1, 0.5m), new("ROL", 5)], GeneralMakers,
            [D("Size", null, 1.3, 1.4, "04B|05B|06B|08B|10B|12B|16B|20B|24B|28B|32B|40|50|60|80|100"), D("Strands", null, 1.7, 1.9, "simplex~1|duplex~2|triplex~3"), D("Finish", null, 1.4, 1, "standard~S|nickel plated~N|stainless~X|zinc~Z|maintenance free~F|heavy~H")]),
        new("drives", "drives-couplings", "Shaft couplings", "CPL", "Jaw coupling size {0} bore {1} {2}", "Flexible claw coupling with spider", 12, 0.4, 1, Single, GeneralMakers,
            [D("Size", null, 1.28, 1.4, "14|19|24|28|38|42|48|55|65"), D("Bore", "mm", 1.02, 0.99, "8|10|11|12|14|15|16|18|19|20|22|24|25|28"), D("Spider", null, 1.06, 1, "92 Shore A yellow~92|98 Shore A red~98|64 Shore D green~64"), D("Hub", null, 1.15, 0.6, "aluminium~AL|cast iron~GG")]),
        new("drives", "drives-pulleys", "Timing pulleys", "PUL", "Timing pulley {0} {1} teeth, {2} mm", "Toothed wheel with pilot bore", 7.2, 0.15, 1, Single, GeneralMakers,
            [D("Profile", null, 1.15, 1.2, "T5|T10|AT5|AT10|HTD 5M~5M|HTD 8M~8M"), D("Teeth", null, 1.08, 1.14, "10|12|14|15|16|18|20|22|24|25|27|28|30|32|36|40|44|48|60|72"), D("Width", "mm", 1.15, 1.3, "9|10|15|16|20|25|30|32|50")]),
        new("safety", "safety-gloves", "Work gloves", "GLV", "Glove {0} size {1}, {2}", "Protective gloves EN 388, sold by the pair", 2.4, 0.08, 1, Pairs, SafetyMakers,
            [D("Type", null, 1.35, 1.1, "nitrile coated~NI|PU coated~PU|cut level C~CC|cut level F~CF|leather driver~LD|winter~WI|chemical~CH|welding~WE|heat~HE"), D("Size", null, 1, 1.02, "6|7|8|9|10|11|12"), D("Colour", null, 1, 1, "black~BK|grey~GY|yellow~YE|orange~OR|blue~BU"), D("Cuff", null, 1.06, 1.05, "knitted~K|safety~S")]),
        new("safety", "safety-shoes", "Safety shoes", "SHO", "Safety shoe {0} size {1} {2}", "Protective footwear EN ISO 20345 with toe cap, sold by the pair", 44, 1.2, 1, Pairs, SafetyMakers,
            [D("Class", null, 1.12, 1.05, "S1P|S2|S3|S5 boot~S5|S3S|S7L|OB|SB"), D("Size", null, 1, 1.01, "36|37|38|39|40|41|42|43|44|45|46|47|48"), D("Fit", null, 1.1, 1.03, "low~L|mid~M|boot~B|slip-on~S"), D("Sole", null, 1.06, 1, "PU|rubber~R")]),
        new("safety", "safety-eyewear", "Eye protection", "GLS", "Safety glasses {0} {1} {2}", "Protective eyewear EN 166, scratch resistant", 4.1, 0.05, 1, Pieces, SafetyMakers,
            [D("Model", null, 1.15, 1.05, "sport~SP|over glasses~OG|goggle~GG|panorama~PA|light~LI|prescription insert~RX|welding~WE|foldable~FO|junior~JR|classic~CL"), D("Lens", null, 1.1, 1, "clear~C|grey~G|yellow~Y|blue block~B|mirror~M|shade 5~5"), D("Coating", null, 1.12, 1, "standard~S|anti-fog~F|anti-fog plus~P|UV 400~U"), D("Frame", null, 1.02, 1, "black~BK|blue~BU|orange~OR|clear~CL")]),
        new("safety", "safety-helmets", "Head protection", "HLM", "Safety helmet {0} {1} {2}", "Industrial helmet EN 397 with ratchet", 9.8, 0.4, 1, Single, SafetyMakers,
            [D("Model", null, 1.2, 1.05, "basic~BA|vented~VE|short peak~SP|climbing~CL|electrician~EL|bump cap~BC|forestry~FO"), D("Colour", null, 1, 1, "white~WH|yellow~YE|blue~BU|red~RD|green~GN|orange~OR|grey~GY|black~BK"), D("Harness", null, 1.1, 1, "4 point~4|6 point~6|8 point~8"), D("Chin strap", null, 1.08, 1, "without~0|2 point~2|4 point~4")]),
        new("tools", "tools-wrenches", "Wrenches", "WRN", "{0} {1} mm {2}", "Chrome vanadium wrench, spanner DIN 3113", 3.8, 0.08, 1, Single, GeneralMakers,
            [D("Type", null, 1.25, 1.1, "Combination wrench~CW|Ratchet wrench~RW|Double open wrench~DO|Ring wrench~RG|Striking wrench~SW|Stubby wrench~ST|Hook wrench~HK"), D("Width", "mm", 1.08, 1.12, "6|7|8|9|10|11|12|13|14|15|16|17|18|19|21|22|24|27|30|32|36|41|46"), D("Finish", null, 1.15, 1, "chrome~C|black~B|insulated 1000 V~V|stainless~X")]),
        new("tools", "tools-torque", "Torque tools", "TRQ", "Torque {0} {1} Nm {2}", "Calibrated torque tool with certificate, ISO 6789", 64, 0.9, 1, Single, GeneralMakers,
            [D("Type", null, 1.3, 1.1, "wrench~W|screwdriver~S|T-handle~T|digital wrench~D|multiplier~M|tester~P"), D("Range", "Nm", 1.12, 1.15, "0.5-3|1-5|2-10|5-25|10-50|20-100|40-200|60-300|80-400|150-800"), D("Drive", null, 1.05, 1.1, "1/4 inch~14|3/8 inch~38|1/2 inch~12|3/4 inch~34|1 inch~1"), D("Scale", null, 1.03, 1, "Nm|lbf ft~LB")]),
        new("tools", "tools-bits", "Screwdriver bits", "BIT", "Bit {0} {1} {2} mm", "Screwdriver bit, impact proof, 1/4 inch hexagon", 0.9, 0.01, 1, [new("PCE", 1, 5, 5), new("BX", 25)], GeneralMakers,
            [D("Profile", null, 1, 1, "PH~PH|PZ~PZ|TX~TX|TX security~TXB|hexagon~HX|slotted~SL|square~SQ|XZN~XZ|spanner~SP"), D("Size", null, 1.05, 1, "0|1|2|3|4|5|6|8|10|15|20|25|27|30|40|50"), D("Length", "mm", 1.2, 1.5, "25|50|70|90|152"), D("Grade", null, 1.5, 1, "standard~S|torsion~T|diamond~D")]),
        new("chemicals", "chemicals-greases", "Greases and oils", "LUB", "{0} {1} {2}", "Lubricant for bearings and gears, sold by weight", 6.1, 1, 1, [new("KG", 1, 1, 0.5m), new("CAN", 25)], GeneralMakers,
            [D("Kind", null, 1.3, 1, "Lithium grease~LI|Calcium grease~CA|EP grease~EP|Food grade grease~FG|High temperature grease~HT|Copper paste~CU|PTFE grease~PT|Silicone grease~SI|Biodegradable grease~BI"), D("Consistency", null, 1.05, 1, "NLGI 000~000|NLGI 00~00|NLGI 0~0|NLGI 1~1|NLGI 2~2|NLGI 3~3"), D("Additive", null, 1.2, 1, "plain~P|MoS2~M|graphite~G|white solid~W|ester~E|complex~C|calcium sulfonate~S|polyurea~U")]),
        new("chemicals", "chemicals-adhesives", "Adhesives", "ADH", "{0} {1} {2} ml", "Industrial adhesive and thread sealant", 8.9, 0.08, 1, Pieces, GeneralMakers,
            [D("Kind", null, 1.15, 1, "Threadlocker~TL|Retaining compound~RC|Pipe sealant~PS|Superglue~CA|Epoxy~EP|MS polymer~MS|Gasket maker~GM|Contact adhesive~CO"), D("Strength", null, 1.05, 1, "low~L|medium~M|high~H|high temperature~T"), D("Size", "ml", 1.6, 1.7, "10|20|50|100|250|290|400"), D("Colour", null, 1, 1, "blue~BU|red~RD|green~GN|black~BK|white~WH")]),
        new("chemicals", "chemicals-cleaners", "Cleaners", "CLN", "{0} {1} {2}", "Workshop cleaner and service spray", 3.6, 0.5, 1, [new("PCE", 1), new("BX", 12)], GeneralMakers,
            [D("Kind", null, 1.1, 1, "Brake cleaner~BR|Penetrating oil~PO|Contact cleaner~CC|Degreaser~DG|Hand cleaner~HC|Rust remover~RR|Zinc spray~ZN|Chain spray~CH|Leak finder~LF|Stainless care~SC|Label remover~LR|Cutting oil~CO"), D("Size", "ml", 1.35, 1.5, "150|250|400|500|600|1000|5000|10000"), D("Grade", null, 1.2, 1, "standard~S|food safe~F|low VOC~V|professional~P|acetone free~A")]),
        new("electrical", "electrical-motors", "Three-phase motors", "MOT", "Motor {0} kW {1}-pole {2}", "Asynchronous motor IE3, 400 V, IP55", 138, 7, 1, Single, GeneralMakers,
            [D("Power", "kW", 1.22, 1.22, "0.18|0.25|0.37|0.55|0.75|1.1|1.5|2.2|3|4|5.5|7.5|11|15"), D("Poles", null, 1.12, 1.12, "2|4|6|8"), D("Mount", null, 1.04, 1.03, "B3 foot~B3|B5 flange~B5|B14 flange~B14|B35~B35"), D("Extra", null, 1.12, 1.05, "standard~S|brake~B|forced cooling~F")]),
        new("electrical", "electrical-sensors", "Sensors", "SNS", "Inductive sensor {0} {1} {2}", "Proximity switch, IP67, LED", 17, 0.05, 1, Single, GeneralMakers,
            [D("Size", null, 1.08, 1.2, "M5|M8|M12|M18|M30|8x8~Q8|40x40~Q40"), D("Output", null, 1.06, 1, "PNP NO~PO|PNP NC~PC|NPN NO~NO|NPN NC~NC|NAMUR~NA|analogue~AN|IO-Link~IO"), D("Range", "mm", 1.05, 1, "1|2|4|5|8|12|15"), D("Connection", null, 1.04, 1.1, "M8 plug~P8|M12 plug~P12|cable 2 m~K2|cable 5 m~K5")]),
        new("electrical", "electrical-contactors", "Contactors", "CTC", "Contactor {0} A {1} {2}", "Power contactor 3-pole, DIN rail, AC-3", 16, 0.35, 1, Single, GeneralMakers,
            [D("Current", "A", 1.2, 1.15, "7|9|12|16|18|25|32|38|40|50|65|80|95"), D("Coil", null, 1.03, 1, "24 V DC~24D|24 V AC~24A|48 V AC~48A|110 V AC~110|230 V AC~230|400 V AC~400"), D("Auxiliary", null, 1.06, 1, "1 NO~10|1 NC~01|1 NO 1 NC~11|2 NO 2 NC~22"), D("Terminal", null, 1.04, 1, "screw~S|spring~F")]),
        new("hoses", "hoses-industrial", "Industrial hoses", "IHO", "{0} hose {1} mm, {2}", "Hose for industry, sold by the metre", 2.2, 0.3, 1, Metres, FluidMakers,
            [D("Medium", null, 1.2, 1.1, "Air~AI|Water~WA|Suction~SU|Chemical~CH|Food~FO|Steam~ST|Fuel~FU|Welding~WE|Sandblast~SB|Vacuum~VA"), D("Inner diameter", "mm", 1.2, 1.25, "6|8|10|13|16|19|25|32|38|50|63|75|100"), D("Pressure", null, 1.12, 1.1, "6 bar~6|10 bar~10|16 bar~16|20 bar~20|40 bar~40")]),
        new("hoses", "hoses-clamps", "Hose clamps", "CLP", "Hose clamp {0} mm {1} {2}", "Worm drive or ear clamp, DIN 3017", 0.6, 0.02, 1, [new("BX", 25), new("PCE", 1, 5, 5)], FluidMakers,
            [D("Range", "mm", 1.06, 1.1, "8-12|10-16|12-20|16-25|20-32|25-40|32-50|40-60|50-70|60-80|70-90|80-100|90-110|100-120|110-130"), D("Type", null, 1.25, 1.2, "worm drive~W|T-bolt~T|ear~E|spring band~S|double wire~D|heavy duty~H"), D("Material", null, 1.35, 1, "W1 zinc plated~W1|W2 part stainless~W2|W4 stainless~W4|W5 stainless 316~W5"), D("Width", "mm", 1.1, 1.2, "9|12|15|20")]),
        new("hoses", "hoses-camlock", "Camlock couplings", "CAM", "Camlock {0} {1} {2}", "Lever coupling EN 14420-7 for liquids", 5.4, 0.3, 1, Single, FluidMakers,
            [D("Type", null, 1.12, 1.1, "A female thread~A|B male thread~B|C hose tail~C|D female thread~D|E hose tail~E|F male thread~F|DC cap~DC|DP plug~DP"), D("Size", null, 1.25, 1.3, "1/2 inch~050|3/4 inch~075|1 inch~100|1 1/4 inch~125|1 1/2 inch~150|2 inch~200|2 1/2 inch~250|3 inch~300|4 inch~400|6 inch~600"), D("Material", null, 1.4, 1.2, "polypropylene~PP|aluminium~AL|brass~MS|stainless 316~SS"), D("Seal", null, 1.1, 1, "NBR|EPDM|FKM|PTFE")]),
    ];

    private static Dimension D(string name, string? unit, double priceGrowth, double weightGrowth, string options) =>
        new(name, unit, priceGrowth, weightGrowth, options.Split('|'));
}
