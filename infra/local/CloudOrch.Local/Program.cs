using CloudOrch.Local.Broker;
using CloudOrch.Local.Certificates;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Front;
using CloudOrch.Local.Gate;
using CloudOrch.Local.Issuer;
using CloudOrch.Local.Wire;

// What Azure provides, for one machine, and a slow wire for infra/lab: one program, one command per part. A part is one line here.
var commands = new Command[]
{
    new("certificates", "--directory D [--name N]... [--address IP]...", CertificatesCommand.RunAsync),
    new("issuer", "--listen URL --directory D --certificate PEM --key PEM [--public-url URL]", IssuerCommand.RunAsync),
    new("token", "--directory D --issuer URL --tenant T --oid O --audience A [--roles a,b] [--groups a,b] [--hours N]", TokenCommand.RunAsync),
    new("gate", "--listen URL --backend URL [--certificate PEM --key PEM]", GateCommand.RunAsync),
    new("broker", "--listen URL --directory D --certificate PEM --key PEM [--host NAME]...", BrokerCommand.RunAsync),
    new("front", "--listen URL --certificate PEM --key PEM --backend URL [--backend URL]...", FrontCommand.RunAsync),
    new("wire", "--tap NAME --tap NAME [--round-trip MS] [--loss PERCENT]", WireCommand.RunAsync),
};

return await Command.DispatchAsync(commands, args);
