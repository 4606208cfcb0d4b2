using System.Runtime.CompilerServices;
using RestEase;

// RestEase implements its interfaces in an assembly of its own making.
[assembly: InternalsVisibleTo(RestClient.FactoryAssemblyName)]
