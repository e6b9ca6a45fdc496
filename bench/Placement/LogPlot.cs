using System.Globalization;
using System.Text;

namespace Aurora.Bench.Placement;

/// <summary>Lines on logarithmic axes as an SVG picture, one panel below the other.</summary>
internal static class LogPlot
{
    private const int Width = 640;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 150;
    private const int Top = 40;
    private const int Bottom = 40;

    private static readonly string[] Colors = ["#1b6ca8", "#c2571a", "#3c8d40", "#7b4fa3"];

    public static string Draw(IReadOnlyList<LogPanel> panels)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height * panels.Count}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        foreach (var (index, panel) in panels.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {index * Height})\">\n");
            Draw(svg, panel);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, LogPanel panel)
    {
        var points = panel.Lines.SelectMany(line => line.Points).ToList();
        var (x0, x1) = Decades(points.Select(point => point.X));
        var (y0, y1) = Decades(points.Select(point => point.Y));
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"20\" font-weight=\"bold\">{panel.Title}</text>\n");
        for (var decade = x0; decade <= x1; decade++)
        {
            var x = X(Math.Pow(10, decade));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:0.#} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/><text x=\"{x:0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Math.Pow(10, decade):N0}</text>\n");
        }

        for (var decade = y0; decade <= y1; decade++)
        {
            var y = Y(Math.Pow(10, decade));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Math.Pow(10, decade):#,0.####}</text>\n");
        }

        foreach (var (index, line) in panel.Lines.Index())
        {
            var color = Colors[index % Colors.Length];
            var path = string.Join(' ', line.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n");
            foreach (var point in line.Points)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.X):0.#}\" cy=\"{Y(point.Y):0.#}\" r=\"3\" fill=\"{color}\"/>\n");
            }

            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 12}\" y=\"{Top + 14 + (18 * index)}\" fill=\"{color}\">{line.Name}</text>\n");
        }

        double X(double value) => Left + ((Math.Log10(value) - x0) / (x1 - x0) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((Math.Log10(value) - y0) / (y1 - y0) * (Height - Top - Bottom));
    }

    private static (int From, int To) Decades(IEnumerable<double> values)
    {
        var (from, to) = (values.Min(), values.Max());
        var first = (int)Math.Floor(Math.Log10(from));
        return (first, Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(to))));
    }
}

/// <summary>Lines that share their axes.</summary>
internal sealed record LogPanel(string Title, IReadOnlyList<LogLine> Lines);

/// <summary>Points above 0, by X.</summary>
internal sealed record LogLine(string Name, IReadOnlyList<(double X, double Y)> Points);
