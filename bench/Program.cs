System.Console.WriteLine("bench: placement | e2e");
