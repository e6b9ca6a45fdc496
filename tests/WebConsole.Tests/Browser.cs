using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Aurora.WebConsole.Tests;

/// <summary>The machine's own headless Chromium, one for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names, Path.Combine).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"These tests need a browser of the machine's packages ({string.Join(", ", Names)}) on the PATH.");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,

            // Its sandbox does not work for root or without user namespaces, and the pages are our own.
            ChromiumSandbox = false,
            Args = ["--disable-dev-shm-usage", "--disable-gpu"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>A console of its own, with nothing stored.</summary>
    /// <param name="width">Of the window, in CSS pixels.</param>
    public async Task<ConsolePage> OpenAsync(Uri mesh, string route = "/", int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var page = new ConsolePage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(mesh, "ui#" + route).AbsoluteUri);
        return page;
    }
}

/// <summary>An open console, and what went wrong in it.</summary>
public sealed class ConsolePage : IAsyncDisposable
{
    private readonly IBrowserContext context;

    internal ConsolePage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        Watch(page);
    }

    public IPage Page { get; private set; }

    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>Tells the page that nobody sees it, as a browser does with a tab behind another one; a headless one shows all.</summary>
    public Task HideAsync() => Page.EvaluateAsync(
        "() => { Object.defineProperty(document, 'hidden', { get: () => true }); document.dispatchEvent(new Event('visibilitychange')); }");

    /// <summary>Opens the same address in another tab of the same browser, which is the page from then on.</summary>
    public async Task OpenTabAsync()
    {
        var (address, tab) = (Page.Url, await context.NewPageAsync());
        Watch(tab);
        Page = tab;
        await tab.GotoAsync(address);
    }

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task SeeAsync(string text) => Assertions.Expect(Page.Locator("main")).ToContainTextAsync(text, new() { Timeout = 90_000 });

    public Task SeeTitleAsync(string title) => Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(title, new() { Timeout = 90_000 });

    /// <summary>Leaves a picture beside the tests.</summary>
    public Task KeepPictureAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "pictures", name + ".png"), FullPage = false });

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private void Watch(IPage page)
    {
        page.SetDefaultTimeout(90_000);

        // Scripts that broke, and what the policy of the page refused.
        page.PageError += (_, error) => Faults.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                Faults.Enqueue(message.Text);
            }
        };
    }
}
