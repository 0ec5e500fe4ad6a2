using System.Globalization;
using System.Xml.Linq;
using Gantry.Load.Plot;

namespace Gantry.Load.Tests.Plot;

public sealed class BarChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly XElement Chart = XDocument.Parse(BarChart.Draw("Reads & <writes>",
    [
        new Panel("one", [new Bar("ours", 400, "400/s", true), new Bar("peer", 100, "100/s", false)]),
        new Panel("two", [new Bar("ours", 0, "0/s", true), new Bar("peer", 0, "0/s", false)]),
    ])).Root!;

    [Fact]
    public void Bars_are_as_long_as_their_values_are_large()
    {
        var widths = Rectangles().Select(bar => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(4, widths.Count);
        Assert.Equal(4, widths[0] / widths[1], 0.05);
        Assert.Equal(0, widths[2]);
    }

    [Fact]
    public void Every_bar_has_its_label_and_value_and_every_panel_its_title()
    {
        var texts = Chart.Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.Equal(["Reads & <writes>", "one", "ours", "400/s", "peer", "100/s", "two", "ours", "0/s", "peer", "0/s"], texts);
    }

    [Fact]
    public void Everything_is_inside_the_picture()
    {
        var (width, height) = (double.Parse(Chart.Attribute("width")!.Value, CultureInfo.InvariantCulture), double.Parse(Chart.Attribute("height")!.Value, CultureInfo.InvariantCulture));
        Assert.All(Rectangles(), bar =>
        {
            Assert.InRange(Number(bar, "x") + Number(bar, "width"), 0, width);
            Assert.InRange(Number(bar, "y") + Number(bar, "height"), 0, height);
        });

        static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void It_is_readable_on_light_and_on_dark() =>
        Assert.Contains("prefers-color-scheme:dark", Chart.Element(Svg + "style")!.Value, StringComparison.Ordinal);

    private static IEnumerable<XElement> Rectangles() => Chart.Descendants(Svg + "rect");
}
