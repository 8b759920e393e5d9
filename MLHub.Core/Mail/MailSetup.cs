using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Mail;

public static class MailSetup
{
    /// <summary>What it takes to write mail. Needs <c>AddData</c> for the contexts.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateDataAnnotations()
            .Validate<IOptions<HubOptions>>(
                (mail, hub) => !mail.IsConfigured || (Uri.TryCreate(hub.Value.PublicBaseUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"),
                "Mail needs MLHub:PublicBaseUrl, the address under which people reach this server, such as https://hub.example.org: links in mails begin with it.")
            .ValidateOnStart();
        services.AddDataProtection();
        services.AddSingleton<Outbox>();
        return services;
    }

    /// <summary>Sends what was written; only where the keys are with which the outbox is encrypted, which a separate worker does not have.</summary>
    public static IServiceCollection AddMailSender(this IServiceCollection services)
    {
        services.AddSingleton<SmtpPost>();
        services.AddSingleton<MailSender>();
        services.AddHostedService(provider => provider.GetRequiredService<MailSender>());
        return services;
    }
}
